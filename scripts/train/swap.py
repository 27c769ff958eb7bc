#!/usr/bin/python3
"""Makes the pictures that forensics/surround is trained on, and fits its model.

usage: swap.py blend --corpus DIR --faces FILE.jsonl --out DIR
       swap.py fit   --corpus DIR --list DIR/list.tsv --blended FILE.jsonl... --labelled CONDITION,ROOT,FILE.jsonl... --out forensics/surround/model.json

blend writes OUT/*.jpg|png, OUT/list.tsv (file, label, kind, source, group) and OUT/data.tsv (what it was made from, with SHA-256). FILE.jsonl holds the
faces of the genuine pictures, one picture a line, and fit reads the features of blended and of labelled pictures, the latter as found and in the
conditions J and L of conditions.py: all come from the test that has the only implementation of the features,
  go test ./forensics/surround -run TestDump -list FILE -out FILE.jsonl

A genuine picture of a face gives, per round, as many genuine as altered ones, and each of them goes through the same draws of resizing, noise, blur,
tint and JPEG afterwards, so that format says nothing of the class. The kinds of alteration:
  self   a copy with jittered colour, sharpness, noise and resolution blended back through a hull around the landmarks (Shiohara, Yamasaki,
         "Detecting Deepfakes with Self-Blended Images", CVPR 2022)
  part   the same for eyes, nose, mouth or half the face
  donor  the face, or a part of it, of another genuine picture in a like pose, moved onto the landmarks and matched in colour
  made   the face of a generated portrait of nobody, likewise
fit prints three regimes: a was trained on blended pictures only, b also on real swaps and their genuine halves of every source but the one it is
tested on, c on all of them, which is in sample. It writes model.json and model.data.tsv, the list of what the model saw.
Needs Debian's python3-opencv, python3-numpy, python3-sklearn. Same corpus, arguments and seed: same pictures.
"""
import argparse
import csv
import hashlib
import json
import multiprocessing
import pathlib

import cv2
import numpy as np
from sklearn.linear_model import LogisticRegression

MARKS = ("right_eye", "left_eye", "nose", "right_mouth", "left_mouth")
SMALLEST = 64  # pixels, longer side of the box of a face
NOBODY = ("generated-faces:gan_generated_photos", "realorfake:gan_stylegan2_tpdne")  # generated portraits of no real person
TESTED = "faceswap/"  # the labelled swaps and their genuine halves are never blended


def points(face):
    return np.array([face["landmarks"][m] for m in MARKS], np.float32)


def size(face):
    return max(face["box"][2:])


def frame(p):
    """Centre between the eyes, the directions across and down, and the unit: the distance of eyes and mouth, or of the eyes."""
    eyes, mouth = (p[0] + p[1]) / 2, (p[3] + p[4]) / 2
    unit = max(np.linalg.norm(mouth - eyes), np.linalg.norm(p[1] - p[0]))
    across = (p[1] - p[0]) / max(1e-6, np.linalg.norm(p[1] - p[0]))
    down = np.array([-across[1], across[0]], np.float32)
    return eyes, mouth, across, down, unit


def yaw(p):
    eyes, _, across, _, unit = frame(p)
    return float((p[2] - eyes) @ across / unit)


def blob(shape, centre, across, down, rx, ry, rng, wobble):
    """A filled oval whose radius wobbles."""
    t = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    r = np.ones_like(t)
    for k in range(1, 5):
        r += rng.normal(0, wobble / k) * np.cos(k * t + rng.uniform(0, 6.3))
    square = rng.uniform(2, 3.2)  # exponent of a superellipse
    c, s = np.cos(t), np.sin(t)
    base = (np.abs(c) ** square + np.abs(s) ** square) ** (-1 / square)
    xy = centre + (rx * base * r * c)[:, None] * across + (ry * base * r * s)[:, None] * down
    m = np.zeros(shape[:2], np.float32)
    cv2.fillPoly(m, [np.round(xy * 16).astype(np.int32)], 1.0, cv2.LINE_AA, 4)
    return m


def mask(shape, p, rng, part):
    eyes, mouth, across, down, u = frame(p)
    axis = mouth - eyes
    if not part:
        centre = eyes + axis * rng.uniform(.45, .65)
        m = blob(shape, centre, across, down, u * rng.uniform(.8, 1.05), u * rng.uniform(.9, 1.2), rng, .05)
        if rng.random() < .25:  # not above the brows
            y, x = np.mgrid[:shape[0], :shape[1]].astype(np.float32)
            m *= ((x - eyes[0]) * down[0] + (y - eyes[1]) * down[1] > -u * rng.uniform(.3, .5))
        soft = u * rng.choice([.02, .05, .1, .18])
    else:
        m = np.zeros(shape[:2], np.float32)
        pick = [k for k in ("eye0", "eye1", "nose", "mouth") if rng.random() < .4] or [str(rng.choice(["eyes", "nose", "mouth", "lower"]))]
        for k in pick:
            f = rng.uniform(.8, 1.3)
            if k in ("eye0", "eye1"):
                m = np.maximum(m, blob(shape, p[int(k[3])] - .08 * u * down, across, down, .42 * u * f, .32 * u * f, rng, .08))
            elif k == "eyes":
                m = np.maximum(m, blob(shape, eyes - .05 * u * down, across, down, .9 * u * f, .38 * u * f, rng, .08))
            elif k == "nose":
                m = np.maximum(m, blob(shape, p[2] - .15 * u * down, across, down, .36 * u * f, .45 * u * f, rng, .08))
            elif k == "mouth":
                m = np.maximum(m, blob(shape, mouth, across, down, .55 * u * f, .33 * u * f, rng, .08))
            else:
                m = np.maximum(m, blob(shape, mouth - .05 * u * down, across, down, .85 * u * f, .65 * u * f, rng, .05))
        soft = u * rng.choice([.02, .04, .08])
    m = cv2.GaussianBlur(m, (0, 0), max(.6, soft))
    if rng.random() < .5:
        m = np.clip(m * 2 - 1, 0, 1)  # feathered inwards
    return m * rng.choice([1, 1, 1, 1, .75, .6])


def jitter(im, rng, u):
    """Another history for a copy: colour, resolution, sharpness, noise, compression."""
    x = im.astype(np.float32)
    if rng.random() < .8:
        lab = cv2.cvtColor(x / 255, cv2.COLOR_BGR2LAB)
        lab = lab * [rng.uniform(.93, 1.07), rng.uniform(.85, 1.15), rng.uniform(.85, 1.15)] + [rng.normal(0, 2.5), rng.normal(0, 2), rng.normal(0, 2)]
        x = cv2.cvtColor(lab.astype(np.float32), cv2.COLOR_LAB2BGR) * 255
    k = rng.random()
    h, w = x.shape[:2]
    if k < .45:  # the resolution of a generator, or a smaller donor
        f = rng.uniform(.3, .9)
        x = cv2.resize(x, (max(8, int(w * f)), max(8, int(h * f))), interpolation=cv2.INTER_AREA)
        x = cv2.resize(x, (w, h), interpolation=[cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4][rng.integers(3)])
    elif k < .6:
        x = cv2.GaussianBlur(x, (0, 0), rng.uniform(.4, .012 * u + .6))
    elif k < .85:
        x = x + rng.uniform(.3, 1.2) * (x - cv2.GaussianBlur(x, (0, 0), rng.uniform(.7, 1.6)))
    if rng.random() < .3:
        x = x + rng.normal(0, rng.uniform(1, 6), x.shape).astype(np.float32)
    x = np.clip(x, 0, 255).astype(np.uint8)
    if rng.random() < .4:
        x = encoded(x, int(rng.uniform(45, 90)))
    return x


def moved(im, p, rng):
    """A copy shifted, scaled and stretched by a little about the face."""
    eyes, mouth, _, _, u = frame(p)
    c = (eyes + mouth) / 2
    a = np.eye(2) + rng.normal(0, .02, (2, 2))
    t = rng.normal(0, .02 * u, 2)
    m = np.hstack([a, (c + t - a @ c)[:, None]]).astype(np.float32)
    return cv2.warpAffine(im, m, im.shape[1::-1], flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)


def encoded(im, quality):
    return cv2.imdecode(cv2.imencode(".jpg", im, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], 1)


def recoloured(x, like, m):
    w = m > .5
    if w.sum() < 50:
        return x
    a, b = (cv2.cvtColor(v.astype(np.float32) / 255, cv2.COLOR_BGR2LAB) for v in (x, like))
    ma, sa, mb, sb = a[w].mean(0), a[w].std(0) + 1e-3, b[w].mean(0), b[w].std(0) + 1e-3
    a = (a - ma) * np.clip(sb / sa, .6, 1.6) + mb
    return np.clip(cv2.cvtColor(a.astype(np.float32), cv2.COLOR_LAB2BGR) * 255, 0, 255).astype(np.uint8)


def blended(im, other, m, rng, poisson):
    if poisson:
        hard = (m > .3).astype(np.uint8) * 255
        hard[:2], hard[-2:], hard[:, :2], hard[:, -2:] = 0, 0, 0, 0
        x, y, w, h = cv2.boundingRect(hard)
        if w > 8 and h > 8:
            try:
                return cv2.seamlessClone(other, im, hard, (x + w // 2, y + h // 2), cv2.NORMAL_CLONE)
            except cv2.error:
                pass
    return np.clip(im * (1 - m[..., None]) + other * m[..., None] + .5, 0, 255).astype(np.uint8)


def altered(im, p, kind, donors, rng):
    part = kind == "part" or (kind == "donor" and rng.random() < .45)
    m = mask(im.shape, p, rng, part)
    u = frame(p)[4]
    if kind in ("self", "part"):
        if rng.random() < .5:  # which of the two copies is the other one does not matter
            return blended(jitter(im, rng, u), moved(im, p, rng), m, rng, False)
        return blended(im, moved(jitter(im, rng, u), p, rng), m, rng, rng.random() < .15)
    near = [donors[i] for i in rng.integers(len(donors), size=24)]
    d, q = min(near, key=lambda e: abs(yaw(e[1]) - yaw(p)) + .3 * max(0, np.log(u / frame(e[1])[4])))
    if part or rng.random() < .6:
        a, _ = cv2.estimateAffinePartial2D(q, p, method=cv2.LMEDS)
    else:
        a = np.linalg.lstsq(np.hstack([q, np.ones((5, 1), np.float32)]), p, rcond=None)[0].T
    if a is None:
        return None
    f = np.sqrt(abs(np.linalg.det(a[:, :2])))
    if not .05 < f < 4:
        return None
    if f < .6:
        n = max(2, int(round(1 / f)))
        d = cv2.resize(d, (max(1, d.shape[1] // n), max(1, d.shape[0] // n)), interpolation=cv2.INTER_AREA)
        a = np.hstack([a[:, :2] * n, a[:, 2:]])
    other = cv2.warpAffine(d, a.astype(np.float32), im.shape[1::-1], flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    if rng.random() < .35:
        other = jitter(other, rng, u)
    elif rng.random() < .5:  # a clean face in a picture that has been through more
        im = jitter(im, rng, u)
    if rng.random() < .9:
        other = recoloured(other, im, m)
    return blended(im, other, m, rng, rng.random() < .4)


def handled(im, rng):
    """What happens to any picture on its way; the draws do not know the class."""
    if rng.random() < .5:
        f = np.exp(rng.uniform(np.log(.5), np.log(1.6)))
        im = cv2.resize(im, None, fx=f, fy=f, interpolation=[cv2.INTER_AREA if f < 1 else cv2.INTER_LANCZOS4, cv2.INTER_LINEAR, cv2.INTER_CUBIC][rng.integers(3)])
    x = im.astype(np.float32)
    if rng.random() < .3:
        x = x * rng.uniform(.75, 1.2, 3) * rng.uniform(.7, 1.15) + rng.uniform(-12, 12)
    if rng.random() < .1:
        x = np.repeat(x.mean(2, keepdims=True), 3, 2) * .8 + .2 * x
    if rng.random() < .12:
        x = cv2.GaussianBlur(x, (0, 0), rng.uniform(.4, 1.3))
    if rng.random() < .15:
        x = x + rng.normal(0, rng.uniform(1, 9), x.shape)
    if rng.random() < .1:
        x = x + .7 * (x - cv2.GaussianBlur(x, (0, 0), 1))
    x = np.clip(x, 0, 255).astype(np.uint8)
    if rng.random() < .3:
        x = encoded(x, int(rng.uniform(50, 95)))
    if rng.random() < .08:
        return "png", cv2.imencode(".png", x)[1].tobytes()
    quality = 75 if rng.random() < .4 else int(rng.uniform(55, 97))
    return "jpg", cv2.imencode(".jpg", x, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def cut(im, face, rng):
    """The face with some surroundings at some size: the scale at which the blending is done."""
    p = points(face)
    x, y, w, h = face["box"]
    s = max(w, h)
    grow = rng.choice([rng.uniform(.15, .4), rng.uniform(.4, 1.2)], size=4)  # of the face, to each side
    x0, y0 = max(0, int(x - grow[0] * s)), max(0, int(y - grow[1] * s))
    x1, y1 = min(im.shape[1], int(x + w + grow[2] * s)), min(im.shape[0], int(y + h + grow[3] * s))
    im, p = im[y0:y1, x0:x1], p - [x0, y0]
    want = np.exp(rng.uniform(np.log(130), np.log(430)))
    f = min(1, want / s)
    if f < 1:
        im = cv2.resize(im, None, fx=f, fy=f, interpolation=cv2.INTER_AREA)
    return im, (p * f).astype(np.float32)


pictures, made, donors = [], [], []  # what the processes of blend share


def variants(out, seed, rounds, i):
    """Writes the genuine and altered pictures made of picture i; returns their lines of list.tsv."""
    rel, source, im, f = pictures[i]
    rows = []
    for n in range(rounds):
        rng = np.random.default_rng([seed, i, n])
        for k, kind in enumerate(("genuine", "self", "genuine", "part", "genuine", "donor", "genuine", "made")):
            base, p = cut(im, f, rng)
            if kind != "genuine":
                base = altered(base, p, kind, made if kind == "made" else donors, rng)
            if base is None:
                continue
            ending, data = handled(base, rng)
            name = f"{i:04d}_{n}_{k}_{kind}.{ending}"
            (out / name).write_bytes(data)
            rows.append((str(out / name), int(kind != "genuine"), kind, source, rel))
    return rows


def blend(a):
    sources = {}
    for r in csv.DictReader(open(a.corpus / "labels.csv", newline="")):
        sources.setdefault(r["path"], (r["source"], r["label"] if r["question"] == "synthetic" else "0"))
    digests = []
    for line in open(a.faces):
        r = json.loads(line)
        rel = str(pathlib.Path(r["path"]).resolve().relative_to(a.corpus.resolve()))
        source, label = sources.get(rel, (rel.split("/")[1] + ":unlabelled", "0"))
        faces = [f for f in r["faces"] or [] if size(f) >= SMALLEST and (f["detector"] == "pigo" or f["score"] >= .8)]
        if not faces or rel.startswith(TESTED) or (label == "1" and source not in NOBODY) or "flux" in source or "unlabelled" in source:
            continue
        im = cv2.imread(r["path"], cv2.IMREAD_COLOR)
        if im is None or im.shape[:2] != (r["h"], r["w"]):
            continue
        f = max(faces, key=size)
        s = min(1, 700 / size(f))  # of the face: more is never used
        if s < 1:
            im = cv2.resize(im, None, fx=s, fy=s, interpolation=cv2.INTER_AREA)
            f = {**f, "box": [v * s for v in f["box"]], "landmarks": {k: [v[0] * s, v[1] * s] for k, v in f["landmarks"].items()}}
        digests.append((rel, hashlib.sha256(open(r["path"], "rb").read()).hexdigest(), source, "donor" if label == "1" else "genuine"))
        x, y, w, h = (int(v) for v in f["box"])
        g = int(.25 * max(w, h))
        y0, x0 = max(0, y - g), max(0, x - g)
        entry = (np.ascontiguousarray(im[y0:y + h + g, x0:x + w + g]), points(f) - [x0, y0])
        (made if label == "1" else donors).append(entry)
        if label != "1":
            pictures.append((rel, source, im, f))
    a.out.mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)
    with multiprocessing.get_context("fork").Pool(a.processes) as pool:
        rows = sum(pool.starmap(variants, [(a.out.resolve(), a.seed, a.rounds, i) for i in range(len(pictures))], chunksize=4), [])
    for name, lines in (("list.tsv", rows), ("data.tsv", digests)):
        (a.out / name).write_text("".join("\t".join(map(str, r)) + "\n" for r in lines))
    print(f"{len(pictures)} genuine pictures, {len(made)} generated donors, {len(rows)} made")


PAIRS = (("real-fake-face:photoshop", "real-fake-face:real"), ("image-forgery-scanner:gan_faceswap", "image-forgery-scanner:real_openforensics"),
         ("deepfaceforgerydetection:deepfake", "deepfaceforgerydetection:real"), ("deepfake-detect:deepfake", "deepfake-detect:real"),
         ("faceswap:faceswap_classic", ""))  # as score.py pairs them; "" is against all genuine halves
FARTHEST = 4  # as in model.go
CONDITIONS = ("face_px", "scale", "ring_missing")  # have no vote
REAL = 120  # weight in training of each class of a source of real swaps; a blended picture has 1 in the mean


def auc(pos, neg):
    if not len(pos) or not len(neg):
        return float("nan")
    pos, neg = np.asarray(pos), np.sort(neg)
    return float((np.searchsorted(neg, pos, "left") + np.searchsorted(neg, pos, "right")).mean() / 2 / len(neg))


def interval(pos, neg, rounds=1000):
    """95 % of the AUC when pictures are drawn again."""
    rng = np.random.default_rng(7)
    v = [auc(rng.choice(pos, len(pos)), rng.choice(neg, len(neg))) for _ in range(rounds)]
    return [round(float(q), 3) for q in np.quantile(v, (.025, .975))]


def faces_of(files, names, smallest):
    """Path to (features of the faces, the largest first; their profiles)."""
    out = {}
    for file in files:
        for line in open(file):
            r = json.loads(line)
            m = [f for f in r["measured"] or [] if size(f) >= smallest]
            if m:
                if not names:
                    names.extend(n for n in m[0]["features"])
                out[r["path"]] = (np.array([[f["features"][n] for n in names] for f in m], np.float32), np.array([f["profile"] for f in m]))
    return out


class Model:
    """Logistic regression over how far features are from those of most genuine faces, in either direction."""

    def __init__(self, x, y, weight, strength):
        genuine = x[y == 0]
        self.centre, self.scale = np.median(genuine, 0), genuine.std(0) + 1e-6
        self.lr = LogisticRegression(C=strength, max_iter=400).fit(self.bent(x), y, sample_weight=weight)

    def bent(self, x):
        return np.minimum(np.abs(x - self.centre) / self.scale, FARTHEST)

    def worst(self, x):
        return float(self.lr.decision_function(self.bent(x)).max())


def table(title, scores, rows, measurements=False):
    """Prints AUC per pair, scores by (condition, path); with measurements also as validation.json has them."""
    for c in dict.fromkeys(k[0] for k in scores):
        line, big = [], []
        side = lambda label, source: [scores[c, r["path"]] for r in rows if r["label"] == label and source in r["source"] and (c, r["path"]) in scores]
        for a, b in PAIRS:
            p, n = side("1", a), side("0", b)
            v = auc(p, n)
            big += [v] if len(p) >= 8 and len(n) >= 8 else []
            line.append(f"{a.split(':')[1]} {v:.3f} ({len(p)}/{len(n)})")
            if measurements and len(p) >= 4 and len(n) >= 4:
                print(json.dumps({"what": f"face_swap: {a} against {b or 'all genuine halves'}; source left out of training", "condition": c, "positives": len(p),
                                  "negatives": len(n), "auc": round(v, 3), "ci95": interval(p, n)}))
        p, n = side("1", ""), side("0", "")
        print(f"{title:28s} {c:5s} {' '.join(line)} | mean of {len(big)}: {np.mean(big):.3f} pooled {auc(p, n):.3f}", flush=True)


def fit(a):
    rng = np.random.default_rng(a.seed)
    names = []
    labelled = [r for r in csv.DictReader(open(a.corpus / "labels.csv", newline="")) if not r["path"].startswith("videos/")]
    swaps = [r for r in labelled if r["question"] == "face_swap"]
    faces_of(a.labelled[0].split(",")[2:], names, SMALLEST)
    blends = faces_of(a.blended, names, SMALLEST)
    lines = [l.rstrip("\n").split("\t") for l in open(a.list)]
    lines = [l for l in lines if l[0] in blends]
    keep = [i for i, n in enumerate(names) if n not in CONDITIONS]
    x = np.array([blends[l[0]][0][0][keep] for l in lines])
    y, kind, group = (np.array([l[k] for l in lines]) for k in (1, 2, 4))
    y = y.astype(int)
    count = {s: sum(l[3] == s for l in lines) for s in {l[3] for l in lines}}
    weight = np.array([count[l[3]] ** -.5 for l in lines])
    weight /= weight.mean()
    # real pictures, by condition and path in the corpus
    real, profiles = {}, []
    for given in a.labelled:
        condition, root, *files = given.split(",")
        for path, (f, profile) in faces_of(files, names, a.smallest).items():
            rel = str(pathlib.Path(path).relative_to(root))
            rel = rel[:-4] if condition != "found" else rel
            real[condition, rel] = f[:8, keep]
            if not rel.startswith(TESTED):
                profiles.extend(profile[:1])
    print(f"{len(x)} blended pictures, {len(keep)} features; {len(real)} real ones with a face of {a.smallest} pixels")
    order = rng.permutation(sorted(set(group)))
    fold = {g: i % 5 for i, g in enumerate(order)}
    folds = np.array([fold[g] for g in group])

    def added(leave):
        """Real swaps and their genuine halves of other sources."""
        use = [(real[k], r) for r in swaps for k in real if k[1] == r["path"] and r["source"].split(":")[0] not in leave]
        n = {}
        for _, r in use:
            n[r["source"], r["label"]] = n.get((r["source"], r["label"]), 0) + 1
        # the largest face stands for the picture; several faces of which one is swapped are not told apart here
        return (np.array([f[0] for f, _ in use]), np.array([int(r["label"]) for _, r in use]), np.array([min(REAL / n[r["source"], r["label"]], 2) for _, r in use]))

    def train(part, leave):
        if leave is None:
            return Model(x[part], y[part], weight[part], a.strength)
        e = added(leave)
        return Model(np.vstack([x[part], e[0]]), np.r_[y[part], e[1]], np.r_[weight[part], e[2]], a.strength)

    whole = np.ones(len(x), bool)
    sources = sorted({r["source"].split(":")[0] for r in swaps})
    bypath = {r["path"]: r for r in swaps}
    results = {}
    for title, leave in (("a: self-blended only", lambda s: None), ("b: and swaps of other sources", lambda s: {s})):
        models = {s: train(whole, leave(s)) for s in (sources if leave("") else sources[:1])}
        results[title[0]] = scores = {k: models.get(bypath[k[1]]["source"].split(":")[0], models[sources[0]]).worst(f) for k, f in real.items() if k[1] in bypath}
        table(title, scores, swaps, a.measurements and title[0] == "b")
    final = train(whole, set())
    table("c: in sample", {k: final.worst(f) for k, f in real.items() if k[1] in bypath}, swaps)
    # genuine pictures and blended ones, out of fold
    genuine, own = {}, np.zeros(len(x))
    for i in range(5):
        m = train(folds != i, {""} if a.regime == "b" else None)
        own[folds == i] = m.lr.decision_function(m.bent(x[folds == i]))
        for k, f in real.items():
            if not k[1].startswith(TESTED) and fold.get(k[1], 0) == i:
                genuine[k] = m.worst(f)
    print("blended, out of fold:", " ".join(f"{k} {auc(own[kind == k], own[kind == 'genuine']):.3f}" for k in ("self", "part", "donor", "made")))
    chosen = results[a.regime]
    limits = []
    for c in dict.fromkeys(k[0] for k in real):
        g = [v for k, v in genuine.items() if k[0] == c] + [v for k, v in chosen.items() if k[0] == c and bypath[k[1]]["label"] == "0"]
        limits.append(np.quantile(g, .992))
        print(f"genuine {c}: {len(g)} pictures, score at 50 % {np.median(g):.2f}, 95 % {np.quantile(g, .95):.2f}, 99.2 % {limits[-1]:.2f}")
    threshold = max(limits)
    for c in dict.fromkeys(k[0] for k in real):
        g = np.array([v for k, v in genuine.items() if k[0] == c] + [v for k, v in chosen.items() if k[0] == c and bypath[k[1]]["label"] == "0"])
        p = np.array([v for k, v in chosen.items() if k[0] == c and bypath[k[1]]["label"] == "1"])
        print(f"threshold {threshold:.2f}, {c}: false findings {(g >= threshold).sum()}/{len(g)}, swaps found {(p >= threshold).sum()}/{len(p)}")
    p = np.array([v for k, v in chosen.items() if bypath[k[1]]["label"] == "1"])
    n = np.array([v for k, v in chosen.items() if bypath[k[1]]["label"] == "0"] + ([v for v in genuine.values()] if a.wide else []))
    even = np.r_[np.full(len(p), 500 / len(p)), np.full(len(n), 500 / len(n))]
    lr = LogisticRegression(C=1e6).fit(np.r_[p, n][:, None], np.r_[np.ones(len(p)), np.zeros(len(n))], sample_weight=even)
    slope, intercept = lr.coef_[0, 0] / np.log(10), lr.intercept_[0] / np.log(10)
    cllr = .5 * (np.log2(1 + 10 ** -(slope * p + intercept)).mean() + np.log2(1 + 10 ** (slope * n + intercept)).mean())
    print(f"llr10 = {slope:.4f} * score + {intercept:.4f} from {len(p)} swaps and {len(n)} genuine, out of fold; Cllr {cllr:.3f}")
    if not a.out:
        return
    ship = final if a.ship == "c" else train(whole, None)
    w = ship.lr.coef_[0]
    data = (a.list.parent / "data.tsv").read_text()
    if a.ship == "c":
        data += "".join(f"{p}\t{hashlib.sha256((a.corpus / p).read_bytes()).hexdigest()}\t{r['source']}\tswap {r['label']}\n" for p, r in sorted(bypath.items()))
    profiles = np.array(profiles)
    digits = lambda v, n=6: float(f"{v:.{n}g}")
    model = {"made_by": "scripts/train/swap.py fit", "seed": a.seed, "strength": a.strength, "regime": a.ship, "blended": len(x),
             "data_sha256": hashlib.sha256(data.encode()).hexdigest(), "intercept": digits(ship.lr.intercept_[0]), "threshold": digits(threshold, 4),
             "band": {"low": [digits(v, 4) for v in np.quantile(profiles, .05, 0)], "high": [digits(v, 4) for v in np.quantile(profiles, .95, 0)]},
             "inputs": [{"name": names[j], "centre": digits(ship.centre[i]), "scale": digits(ship.scale[i]), "weight": digits(w[i])}
                        for i, j in enumerate(keep)]}
    text = json.dumps(model)
    a.out.write_text(text.replace(', "inputs": [', ',\n "inputs": [\n  ').replace("}, {", "},\n  {") + "\n")
    a.out.with_suffix(".data.tsv").write_text(data)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sub = ap.add_subparsers(required=True)
    b = sub.add_parser("blend")
    b.add_argument("--corpus", required=True, type=pathlib.Path)
    b.add_argument("--faces", required=True, type=pathlib.Path)
    b.add_argument("--out", required=True, type=pathlib.Path)
    b.add_argument("--seed", type=int, default=7)
    b.add_argument("--rounds", type=int, default=2)
    b.add_argument("--processes", type=int, default=2)
    b.set_defaults(run=blend)
    f = sub.add_parser("fit")
    f.add_argument("--corpus", required=True, type=pathlib.Path)
    f.add_argument("--list", required=True, type=pathlib.Path, help="list.tsv of blend")
    f.add_argument("--blended", required=True, nargs="+", help="features of the blended pictures")
    f.add_argument("--labelled", required=True, nargs="+", metavar="CONDITION,ROOT,FILE...", help="features of labelled pictures under ROOT; found, J, L")
    f.add_argument("--strength", type=float, default=.003, help="inverse of the L2 penalty")
    f.add_argument("--smallest", type=int, default=SMALLEST, help="pixels of the faces to test on")
    f.add_argument("--seed", type=int, default=7)
    f.add_argument("--regime", choices="ab", default="b", help="whose scores set threshold and calibration")
    f.add_argument("--ship", choices="ac", default="c", help="what is written: a or c")
    f.add_argument("--wide", action="store_true", help="calibrate against all genuine pictures")
    f.add_argument("--measurements", action="store_true", help="also print regime b as validation.json has it")
    f.add_argument("--out", type=pathlib.Path)
    f.set_defaults(run=fit)
    a = ap.parse_args()
    a.run(a)


if __name__ == "__main__":
    main()
