#!/usr/bin/python3
"""Train the linear models of forensics/texture and forensics/probe, and measure them on sources that they were not trained on.

usage: portraits.py list --corpus DIR --out labels.csv
       conditions.py --labels labels.csv --root CORPUS --out DIR --conditions J,L,JJ,Q60,R50,S,X,W
       for each, with UNMASK_MODELS set: go test ./forensics/probe -run TestDump -labels DIR/J/labels.csv -out J.dump
       and as found:                     go test ./forensics/probe -run TestDump -labels labels.csv -root CORPUS -out found.dump
       portraits.py fit --detector probe --dumps found=found.dump,J=J.dump,... --measured X,W --out FOLDER   (model.bin, model.json, scores.csv with every left-out score)
       and likewise for texture.

measurements.json of that folder are the figures for validation.json. Needs Debian's python3-numpy, python3-sklearn and python3-pil. The same pictures
give the same model: nothing is random but the draws of the intervals, which have a seed.
"""
import argparse
import collections
import csv
import hashlib
import json
import pathlib

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

# Of each detector the models of which the mean is taken: the length that each block of standardised numbers is given, and the inverse of the penalty.
MODELS = {"texture": [({"whole": 1, "frequencies": .6, "patterns": .6, "light": 3}, .5), ({"light": 1}, 1)], "probe": [({"means": .6, "deviations": 1}, 4)]}


def list_pictures(a):
    """Labelled pictures of the question synthetic, and genuine ones of other questions."""
    from PIL import Image
    rows = list(csv.DictReader((a.corpus / "labels.csv").open(newline="")))
    seen = {}
    for r in rows:
        if r["question"] == "synthetic" and not r["path"].startswith("videos/"):
            seen[r["path"]] = (r["label"], r["source"])
    for r in rows:
        genuine = r["question"] == "identity" and r["note"] != "generated" and not any(s in r["source"] for s in ("orl", "yale"))
        genuine |= r["question"] in ("face_swap", "edited") and r["label"] == "0" and any(s in r["source"] for s in ("casia", "authentic", "ciplab"))
        if genuine and r["path"] not in seen and not r["path"].startswith("videos/"):
            seen[r["path"]] = ("0", r["question"] + ":" + r["source"])
    with a.out.open("w", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(["path", "question", "label", "source", "note", "mask"])
        for path, (label, source) in sorted(seen.items()):
            try:
                im = Image.open(a.corpus / path)
            except OSError:
                continue
            if min(im.size) >= 100 and im.format in ("JPEG", "PNG"):
                # the person shown is part of the source, so that people can be left out
                w.writerow([path, "synthetic", label, source + ":" + pathlib.Path(path).parent.name, "", ""])


def read_dump(path):
    """({name: (label, source, numbers)} of pictures with a face that is large enough, names and sizes of the blocks of numbers)."""
    b, i, out, blocks = path.read_bytes(), 0, {}, []
    while i < len(b):
        j = b.index(b"\n", i)
        h = json.loads(b[i:j])
        n = sum(block["size"] for block in h["blocks"] or [])
        if h["face"]:
            out[h["path"]] = (int(h["label"]), h["source"], np.frombuffer(b, "<f4", n, j + 1))
            blocks = h["blocks"]
        i = j + 1 + 4 * n
    return out, blocks


def scales(blocks, part):
    total = collections.Counter()
    for b in blocks:
        total[b["name"]] += b["size"]
    return np.concatenate([np.full(b["size"], part.get(b["name"], 0) / total[b["name"]] ** .5) for b in blocks])


def balance(y, source):
    """Weights by which both classes count the same, and a source by the square root of its size."""
    w = np.zeros(len(y))
    for c in (0, 1):
        for s in set(source[y == c]):
            m = (source == s) & (y == c)
            w[m] = m.sum() ** -.5
        w[y == c] *= len(y) / 2 / w[y == c].sum()
    return w


def fit_linear(x, y, w, scale, ridge):
    """L2-regularised logistic regression over standardised, scaled numbers, solved in the span of the pictures (at most 500 directions)."""
    used = scale > 0
    mu, sd = x[:, used].mean(0), x[:, used].std(0) + 1e-3
    z = (x[:, used] - mu) * (scale[used] / sd)
    values, vectors = np.linalg.eigh(z @ z.T)
    keep = np.argsort(values)[::-1][:500]
    keep = keep[values[keep] > values.max() * 1e-5]
    basis = (vectors[:, keep] / np.sqrt(values[keep])).T @ z
    m = LogisticRegression(C=ridge, max_iter=1000).fit(z @ basis.T, y, sample_weight=w)
    out = np.zeros(x.shape[1])
    out[used] = (m.coef_[0] @ basis) * scale[used] / sd
    return out, m.intercept_[0] - out[used] @ mu


def fit_all(x, y, source, blocks, models):
    w = balance(y, source)
    fits = [fit_linear(x, y, w, scales(blocks, part), ridge) for part, ridge in models]
    return sum(f[0] for f in fits) / len(fits), sum(f[1] for f in fits) / len(fits)


def folds(names, source):
    """Which pictures are left out together: quarters of all pictures, one person of the diffusion set, each generator with its genuine counterpart."""
    quarter = np.array([int(hashlib.md5(n.encode()).hexdigest(), 16) % 4 for n in names])
    has = lambda s: np.array([s in t for t in source])
    return {"quarters": [quarter == k for k in range(4)], "person": [has("ecuadorian") & has("noboa")],
            "diffusion": [has("ecuadorian")], "stylegan2": [has("realorfake")], "portraits": [has("generated-faces") | has("celeb5") | has("ultra-light")]}


PAIRS = {"StyleGAN2 against aligned portraits": ("stylegan2", "realorfake:real"), "StyleGAN2 against portraits in the wild": ("stylegan2", None),
         "generated portraits against portraits in the wild": ("generated-faces", None), "diffusion portraits against photographs of the same people": ("flux", "politician_real")}


LEFT_OUT = {"quarters": "a quarter of all pictures", "person": "the person shown, generated and genuine (5 diffusion portraits of another stay)", "diffusion": "all diffusion portraits and their counterparts",
            "stylegan2": "StyleGAN2 and the aligned genuine portraits", "portraits": "the generated portraits and most of the genuine ones on plain ground"}


def interval(pos, neg):
    """95 % of the AUC where the pictures are drawn anew, 500 times."""
    draw = np.random.default_rng(1)
    order = np.sort(neg)
    first, last = np.searchsorted(order, pos), np.searchsorted(order, pos, "right")
    out = []
    for _ in range(500):
        weight = np.concatenate([[0], np.cumsum(draw.multinomial(len(neg), np.full(len(neg), 1 / len(neg))))])
        out.append(((weight[first] + weight[last]) / 2)[draw.integers(len(pos), size=len(pos))].mean() / len(neg))
    return [round(float(v), 3) for v in np.percentile(out, [2.5, 97.5])]


def aucs(score, y, source, among):
    has = lambda s: np.array([s in t for t in source])
    out = {}
    for name, (p, n) in PAIRS.items():
        pos = among & (y == 1) & has(p)
        neg = among & (y == 0) & (has(n) if n else ~has("ecuadorian") & ~has("realorfake"))
        if pos.sum() > 3 and neg.sum() > 3:
            out[name] = (round(roc_auc_score(np.r_[np.ones(pos.sum()), np.zeros(neg.sum())], np.r_[score[pos], score[neg]]), 3), int(pos.sum()), int(neg.sum()), interval(score[pos], score[neg]))
    return out


def fit(a):
    dumps = {c: read_dump(pathlib.Path(p)) for c, p in (x.split("=") for x in a.dumps.split(","))}
    strip = lambda c, n: n if c == "found" else n.rsplit(".", 1)[0]
    rows = [(c, strip(c, n), *v) for c in dumps for n, v in sorted(dumps[c][0].items())]
    blocks, models = dumps["found"][1], MODELS[a.detector]
    condition, names = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    y, source, x = np.array([r[2] for r in rows]), np.array([r[3] for r in rows]), np.array([r[4] for r in rows])
    measured = a.measured.split(",")
    trained = ~np.isin(condition, measured)
    left_out = {}
    table = []
    for fold, parts in folds(names, source).items():
        score = np.full(len(y), np.nan)
        for out in parts:
            w, b = fit_all(x[trained & ~out], y[trained & ~out], source[trained & ~out], blocks, models)
            score[out] = x[out] @ w + b
        left_out[fold] = score
        for c in dumps:
            for pair, v in aucs(score, y, source, (condition == c) & ~np.isnan(score)).items():
                table.append({"left_out": fold, "condition": c, "pair": pair, "auc": v[0], "positives": v[1], "negatives": v[2], "ci95": v[3]})
                print(table[-1], flush=True)
    w, b = fit_all(x[trained], y[trained], source[trained], blocks, models)
    score = left_out["quarters"]
    genuine = [np.sort(score[(condition == c) & (y == 0)])[::-1] for c in dumps]
    threshold = max(g[int(.01 * len(g))] for g in genuine) + 1e-3
    measurements = [{"what": f"synthetic: {t['pair']}; left out of training: {LEFT_OUT[t['left_out']]}", **{k: t[k] for k in ("condition", "positives", "negatives", "auc", "ci95")}}
                    for t in table if t["condition"] in ("found", "J", "L", *measured)]
    for c in dumps:
        genuine, generated = (score[(condition == c) & (y == label)] for label in (0, 1))
        measurements.append({"what": f"the finding of {a.detector}; left out of training: {LEFT_OUT['quarters']}", "condition": c, "positives": len(generated), "negatives": len(genuine),
                             "recall": round(float((generated >= threshold).mean()), 3), "fpr": round(float((genuine >= threshold).mean()), 4)})
        print(measurements[-1])
    a.out.mkdir(exist_ok=True)
    (a.out / "measurements.json").write_text(json.dumps(measurements, indent=1) + "\n")
    w.astype("<f4").tofile(a.out / "model.bin")
    pictures = collections.Counter((s, int(l)) for s, l in zip(source[condition == "found"], y[condition == "found"]))
    (a.out / "model.json").write_text(json.dumps({
        "made_by": "scripts/train/portraits.py", "features": len(w), "intercept": round(float(b), 6), "threshold": round(float(threshold), 3),
        "conditions": [c for c in dumps if c not in measured], "pictures": {f"{s} ({'generated' if l else 'genuine'})": n for (s, l), n in sorted(pictures.items())},
        "data": hashlib.sha256("".join(sorted(f"{c} {n} {hashlib.sha256(v.tobytes()).hexdigest()}\n" for c, n, v in zip(condition, names, x))).encode()).hexdigest(),
        "left_out": table}, indent=1) + "\n")
    with (a.out / "scores.csv").open("w", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(["path", "condition", "label", "source", *left_out, "trained"])
        for i in np.flatnonzero(trained):
            out.writerow([names[i], condition[i], y[i], source[i], *("" if np.isnan(s[i]) else round(float(s[i]), 4) for s in left_out.values()), round(float(x[i] @ w + b), 4)])


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sub = ap.add_subparsers(required=True)
    p = sub.add_parser("list")
    p.add_argument("--corpus", type=pathlib.Path, required=True)
    p.add_argument("--out", type=pathlib.Path, required=True)
    p.set_defaults(run=list_pictures)
    p = sub.add_parser("fit")
    p.add_argument("--detector", choices=MODELS, required=True)
    p.add_argument("--dumps", required=True)
    p.add_argument("--measured", default="", help="conditions that are measured and not trained on, such as X,W")
    p.add_argument("--out", type=pathlib.Path, required=True)
    p.set_defaults(run=fit)
    a = ap.parse_args()
    a.run(a)


if __name__ == "__main__":
    main()
