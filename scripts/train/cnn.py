#!/usr/bin/python3
"""Train a small convolutional network to tell generated portraits by patches of 64 pixels, and measure it on sources that it was not trained on.

usage: portraits.py list and conditions.py as for portraits.py, with the conditions J, L, JJ, R50 and S
       cnn.py --data DIR [--fold quarters|person|diffusion|stylegan2|portraits] [--steps 3000]

Folds, weights and pairs are those of portraits.py, so that the figures stand beside those of forensics/probe and forensics/texture, of which it fell
short on every source left out (ARCHITECTURE.md): nothing of it is shipped. A fold takes some 9 minutes of one core, or as many times that as it has parts.
Needs Debian's python3-torch, python3-numpy, python3-sklearn and python3-pil. One seed; one thread, so that sums keep their order.
"""
import argparse
import csv
import pathlib
import random
import time

import numpy as np
import torch
from PIL import Image
from torch import nn

from portraits import aucs, folds

SIDE, BATCH, LONGEST = 64, 128, 640


def pictures(data, condition):
    """{path: (label, source, pixels)}: no picture longer than LONGEST, cut at the edges and never resized."""
    out = {}
    for r in csv.DictReader((data / condition / "labels.csv").open(newline="")):
        im = Image.open(data / condition / r["path"]).convert("RGB")
        if min(im.size) < SIDE:
            continue
        w, h = (min(n, LONGEST) for n in im.size)
        x, y = (im.width - w) // 2, (im.height - h) // 3
        out[r["path"].rsplit(".", 1)[0]] = (int(r["label"]), r["source"], np.asarray(im.crop((x, y, x + w, y + h))))
    return out


def patch(pixels, x, y):
    """The patch whose top left corner stands at these shares of the room there is."""
    h, w = pixels.shape[:2]
    i, j = int(y * (h - SIDE)), int(x * (w - SIDE))
    return pixels[i:i + SIDE, j:j + SIDE]


def tensor(patches):
    return torch.from_numpy(np.stack(patches).astype(np.float32)).permute(0, 3, 1, 2) / 127.5 - 1


class Net(nn.Module):
    """Pixels and what a second-order high-pass leaves of them, five convolutions, the mean; 89 thousand weights. In: N x 3 x 64 x 64 in [-1, 1]; out: N logits."""

    def __init__(self):
        super().__init__()
        self.residual = nn.Conv2d(3, 3, 3, padding=1, groups=3, bias=False)
        self.residual.weight.data[:] = torch.tensor([[-1., 2, -1], [2, -4, 2], [-1, 2, -1]])
        self.residual.weight.requires_grad = False
        layer = lambda i, o, stride: nn.Sequential(nn.Conv2d(i, o, 3, stride, 1, bias=False), nn.BatchNorm2d(o), nn.ReLU())
        self.features = nn.Sequential(nn.PixelUnshuffle(2), layer(24, 24, 1), layer(24, 40, 2), layer(40, 40, 1), layer(40, 64, 2), layer(64, 64, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(.3), nn.Linear(64, 1))

    def forward(self, x):
        return self.features(torch.cat([x, self.residual(x)], 1))[:, 0]


def train(examples, steps):
    """examples: {(label, source): [pixels, ...]}. Both classes count the same, a source by the square root of its size."""
    torch.manual_seed(1)
    draw, net = random.Random(1), Net()
    keys = {c: sorted(k for k in examples if k[0] == c) for c in (0, 1)}
    weights = {c: [len(examples[k]) ** .5 for k in keys[c]] for c in (0, 1)}
    optimiser = torch.optim.AdamW([p for p in net.parameters() if p.requires_grad], weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, steps, pct_start=.2)
    truth = torch.tensor([.03, .97]).repeat(BATCH // 2)
    running, start = .7, time.time()
    for step in range(steps):
        patches = []
        for i in range(BATCH):
            key = draw.choices(keys[i % 2], weights[i % 2])[0]
            p = patch(draw.choice(examples[key]), min(max(draw.gauss(.5, .25), 0), 1), min(max(draw.gauss(.45, .25), 0), 1))
            patches.append(p[:, ::-1] if draw.random() < .5 else p)
        loss = nn.functional.binary_cross_entropy_with_logits(net(tensor(patches)), truth)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        running += .02 * (float(loss) - running)
        if step % 250 == 249:
            print(f"  {step + 1} of {steps} steps, loss {running:.3f}, {time.time() - start:.0f} s", flush=True)
    return net.eval()


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--data", type=pathlib.Path, required=True)
    ap.add_argument("--fold", default="quarters")
    ap.add_argument("--steps", type=int, default=3000)
    a = ap.parse_args()
    torch.set_num_threads(1)
    rows = [(c, n, *v) for c in ("J", "L", "JJ", "R50", "S") for n, v in sorted(pictures(a.data, c).items())]
    condition, names, y, source = (np.array([r[i] for r in rows]) for i in range(4))
    score = np.full(len(rows), np.nan)
    for out in folds(names, source)[a.fold]:
        examples = {}
        for i in np.flatnonzero(~out):
            # the person shown is not part of what is drawn by
            examples.setdefault((rows[i][2], rows[i][3].rsplit(":", 1)[0]), []).append(rows[i][4])
        net = train(examples, a.steps)
        with torch.no_grad():
            for i in np.flatnonzero(out & np.isin(condition, ("J", "L"))):
                score[i] = net(tensor([patch(rows[i][4], x, v) for x in np.linspace(.1, .9, 5) for v in np.linspace(.05, .85, 5)])).mean()
    for c in ("J", "L"):
        for pair, v in aucs(score, y, source, (condition == c) & ~np.isnan(score)).items():
            print({"left_out": a.fold, "condition": c, "pair": pair, "auc": v[0], "positives": v[1], "negatives": v[2], "ci95": v[3]}, flush=True)


if __name__ == "__main__":
    main()
