#!/usr/bin/python3
"""Weigh what the detectors measured into likelihood ratios: writes forensics/fusion/model.json.

usage: unmask scan CORPUS_FOLDERS... --case CASE, and unmask report CASE --format jsonl > found.jsonl; likewise for pictures made by conditions.py
       fusion.py --labels CORPUS/labels.csv --records found=found.jsonl,J=J.jsonl,L=L.jsonl --texture scores.csv --probe scores.csv --out model.json

The scores of texture and probe are replaced by those that their training gave a picture when it was left out (scores.csv of portraits.py), for a
score of a picture that was trained on is too sure: with a quarter of all pictures left out, and with a whole source and its genuine counterpart. The line of face_swap is
that of swap.py, likewise from sources left out. What the detectors of local
edits measure was not trained on labels; its weights are fixed here and only the scale is fitted. Needs python3-numpy and python3-sklearn.
"""
import argparse
import csv
import json
import math
import os
import pathlib

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from portraits import balance

LN10 = math.log(10)


def read(path):
    out = {}
    for line in open(path):
        r = json.loads(line)
        r = r.get("record", r)
        out[r["item"]["path"]] = {f"{x['detector']}.{k}": v for x in r["results"] if x["status"] == "done" for k, v in (x.get("features") or {}).items()}
    return out


def rows_of(a, question):
    """(condition, path, label, source, features) of labelled pictures."""
    labels = [r for r in csv.DictReader(a.labels.open(newline="")) if r["question"] == question and r["label"] in "01" and not r["path"].startswith("videos/")]
    for spec in a.records.split(","):
        condition, path = spec.split("=")
        tails = {}
        for p, f in read(path).items():
            tails[p.rsplit("/", 1)[-1], p] = f
        byname = {}
        for (name, p), f in tails.items():
            byname.setdefault(name, []).append((p, f))
        for r in labels:
            want = r["path"] + ("" if condition == "found" else ".jpg")
            for p, f in byname.get(want.rsplit("/", 1)[-1], []):
                if p.endswith("/" + want):
                    yield condition, r["path"], int(r["label"]), r["source"], f
                    break


def logistic(x, y, w):
    m = LogisticRegression(C=10, max_iter=1000).fit(x, y, sample_weight=w)
    return m.coef_[0] / LN10, m.intercept_[0] / LN10


def cllr(llr, y):
    return .5 * (np.log2(1 + 10 ** -llr[y == 1]).mean() + np.log2(1 + 10 ** llr[y == 0]).mean())


def report(name, llr, y, condition, cap):
    print(f"{name}: Cllr {cllr(np.clip(llr, -cap, cap), y):.3f}")
    for c in dict.fromkeys(condition):
        m = condition == c
        z = np.clip(llr[m], -cap, cap)
        print(f"  {c}: n {int((y[m] == 1).sum())}/{int((y[m] == 0).sum())}, AUC {roc_auc_score(y[m], llr[m]):.3f}, Cllr {cllr(z, y[m]):.3f}")


def threshold(values, share):
    """The least ratio from 1 on (log10, before the cap) that at most that share of each group reaches."""
    t = 1.
    while any((v >= t).mean() > share for v in values):
        t += .01
    return round(t, 2)


# Left-out scores that a line is fitted to: of quarters of all pictures, and of whole sources, generated and genuine, of which nothing was seen.
FOLDS = ("quarters", "diffusion", "stylegan2", "portraits")


def left_out_scores(path):
    """{(path, condition): (label, source, {fold: score})}"""
    return {(r["path"], r["condition"]): (int(r["label"]), r["source"], {f: float(r[f]) for f in FOLDS if r[f]}) for r in csv.DictReader(path.open(newline=""))}


# What the layout of the face counts beside a score, and what it counts where it was not measured. Fitted freely it counts twice as much, and lifts genuine
# portraits that are laid out as StyleGAN lays them out so far that a quarter of the FLUX portraits fall below the threshold that keeps them out.
LAYOUT, NO_LAYOUT = .75, -.5
SCORES = {"probe": "a face-recognition network's view of the face", "texture": "look and texture of the portrait"}


def synthetic(a, detector):
    """The line for pictures that this detector looked at."""
    found = read(dict(x.split("=") for x in a.records.split(","))["found"])
    corpus = os.path.commonpath(found)
    layout = {os.path.relpath(p, corpus): f.get("geometry.score") for p, f in found.items()}  # no handling changes it
    rows = [(c, y, s.rsplit(":", 1)[0], fold, score, layout.get(p), p) for (p, c), (y, s, scores) in left_out_scores(getattr(a, detector)).items() for fold, score in scores.items()]
    condition, y, source, fold, pictures = (np.array([r[i] for r in rows]) for i in (0, 1, 2, 3, 6))
    x = np.array([r[4] for r in rows])
    low, high = np.percentile(x, .5), np.percentile(x, 99.5)
    laid = np.array([np.nan if r[5] is None else r[5] for r in rows])
    x = np.clip(x, low, high) + np.where(np.isnan(laid), NO_LAYOUT, LAYOUT * np.nan_to_num(laid))
    (w,), b = logistic(x[:, None], y, balance(y, source))
    llr = x * w + b
    cap = math.log10(min(len(set(pictures[y == c])) for c in (0, 1))) - 1
    quarters = fold == "quarters"
    print(detector)
    report("synthetic", llr[quarters], y[quarters], condition[quarters], cap)
    conditions = list(dict.fromkeys(condition))
    groups = lambda label: [(condition == c) & (fold == f) & (y == label) for c in conditions for f in FOLDS]
    yes = threshold([llr[m] for m in groups(0) if m.any()], .01)
    no = -threshold([-llr[m & (source == s)] for m in groups(1) for s in set(source[m])], .02)
    print("  yes from", yes, "no to", no)
    for f in FOLDS:
        for c in conditions:
            for s in sorted(set(source[y == 1])) + ["genuine"]:
                m = (condition == c) & (fold == f) & ((source == s) if s != "genuine" else (y == 0))
                if m.any():
                    print(f"    {f} {c} {s}: yes {int((llr[m] >= yes).sum())}, no {int((llr[m] <= no).sum())} of {int(m.sum())}")
    return {"question": "synthetic", "intercept": round(b, 4), "cap": round(cap, 2), "yes": yes, "no": no, "inputs": [
        {"detector": detector, "feature": "score", "words": SCORES[detector], "weight": round(w, 4), "low": round(low, 3), "high": round(high, 3), "missing": 0, "needed": True},
        {"detector": "geometry", "feature": "score", "words": "layout of the face in the frame", "weight": round(LAYOUT * w, 4), "low": 0, "high": 1, "missing": round(NO_LAYOUT * w, 4), "needed": False}]}


# inputs of edited: detector, feature, weight, range, words. The weights were set before the scale was fitted; that of single is kept small because
# saving a genuine picture again may raise it.
EDITED = [("copymove", "score", 1., 0, 3, "repeated parts"), ("noise", "luma", .7 / 3, 0, 15, "noise that departs"),
          ("grid", "single", .4 / 5, 0, 16, "a part compressed once"), ("grid", "foreign", .4 / 10, 0, 40, "a foreign JPEG grid")]


def edited(a):
    rows = list(rows_of(a, "edited"))
    condition, y, source = np.array([r[0] for r in rows]), np.array([r[2] for r in rows]), np.array([r[3] for r in rows])
    has = np.array(["noise.luma" in r[4] for r in rows])
    s = np.array([sum(w * min(max(r[4].get(f"{d}.{k}", 0), lo), hi) for d, k, w, lo, hi, _ in EDITED) for r in rows])
    condition, y, source, s = condition[has], y[has], source[has], s[has]
    w, b = logistic(s[:, None], y, balance(y, source))
    cap = .5
    # shrunk so far that the worst condition is best: what the numbers say at L is little, and must not be overstated there
    worst = lambda k: max(cllr(np.clip(k * (s * w[0] + b), -cap, cap)[condition == c], y[condition == c]) for c in dict.fromkeys(condition))
    shrink = min(np.arange(.1, 1.01, .1), key=worst)
    w, b = w * shrink, b * shrink
    llr = s * w[0] + b
    report("edited", llr, y, condition, cap)
    return {"question": "edited", "intercept": round(b, 4), "cap": cap, "yes": None, "no": None, "inputs": [
        {"detector": d, "feature": k, "words": words, "weight": round(v * w[0], 4), "low": lo, "high": hi, "missing": 0, "needed": d == "noise"} for d, k, v, lo, hi, words in EDITED]}


def face_swap():
    # swap.py fit --smallest 64: from 292 swaps and 302 genuine scores of sources left out, Cllr .960
    return {"question": "face_swap", "intercept": -.01, "cap": .5, "yes": None, "no": None, "inputs": [
        {"detector": "surround", "feature": "score", "words": "face against its surround", "weight": .2792, "low": -2, "high": 2.5, "missing": 0, "needed": True}]}


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--labels", type=pathlib.Path, required=True)
    ap.add_argument("--records", required=True)
    ap.add_argument("--texture", type=pathlib.Path, required=True)
    ap.add_argument("--probe", type=pathlib.Path, required=True)
    ap.add_argument("--out", type=pathlib.Path, required=True)
    a = ap.parse_args()
    a.out.write_text(json.dumps([synthetic(a, "probe"), synthetic(a, "texture"), face_swap(), edited(a)], indent=1) + "\n")


if __name__ == "__main__":
    main()
