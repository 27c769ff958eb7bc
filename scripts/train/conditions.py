#!/usr/bin/python3
"""Make format-matched copies of labelled pictures: both classes through the same resizer and encoder.

usage: conditions.py --labels FILE.csv [--root DIR] --out DIR [--conditions J,L,...] [--question synthetic,face_swap,edited]

Writes DIR/CONDITION/<same path>.jpg (or .webp, .png), the masks beside them, and DIR/CONDITION/labels.csv. The conditions:
  J      long side at most 512, JPEG q75 4:2:0     L      long side at most 256, JPEG q70
  Q95 Q85 Q60 Q40  same size, JPEG of that quality  R75 R50  resized to 3/4, 1/2, JPEG q85
  B1     Gaussian blur of radius 1, JPEG q85        S      screenshot: resized to .83 (bicubic), sharpened, PNG, then JPEG q90
  W      long side at most 1024, WebP q80           JJ     J, then resized to .9 and JPEG q75 again
  X      genuine pictures saved as generators save (JPEG q100 4:4:4 or PNG), generated ones as platforms do (long side at most 1024, JPEG q75 or q90)
Needs Debian's python3-pil. The same pictures give the same bytes.
"""
import argparse
import csv
import io
import pathlib
import sys
import zlib

from PIL import Image, ImageFilter, ImageOps


def jpeg(im, quality):
    b = io.BytesIO()
    im.save(b, "JPEG", quality=quality, subsampling="4:2:0")
    return b.getvalue()


def scaled(im, factor, how=Image.LANCZOS):
    if factor >= 1:
        return im
    return im.resize((max(1, round(im.width * factor)), max(1, round(im.height * factor))), Image.BOX if factor < .5 else how)


def within(im, side):
    return scaled(im, side / max(im.size))


def webp(im):
    b = io.BytesIO()
    im.save(b, "WEBP", quality=80)
    return b.getvalue()


def again(im):
    first = Image.open(io.BytesIO(jpeg(within(im, 512), 75)))
    return jpeg(scaled(first, .9), 75)


CONDITIONS = {
    "J": ("jpg", lambda im: jpeg(within(im, 512), 75)),
    "L": ("jpg", lambda im: jpeg(within(im, 256), 70)),
    "R75": ("jpg", lambda im: jpeg(scaled(im, .75), 85)),
    "R50": ("jpg", lambda im: jpeg(scaled(im, .5), 85)),
    "B1": ("jpg", lambda im: jpeg(im.filter(ImageFilter.GaussianBlur(1)), 85)),
    "S": ("jpg", lambda im: jpeg(scaled(im, .83, Image.BICUBIC).filter(ImageFilter.SHARPEN), 90)),
    "W": ("webp", lambda im: webp(within(im, 1024))),
    "JJ": ("jpg", again),
    "X": ("jpg", None),
} | {f"Q{q}": ("jpg", lambda im, q=q: jpeg(im, q)) for q in (95, 85, 60, 40)}


def swapped(im, path, label):
    """The picture as the other class is saved; which of the two ways goes by the path."""
    b, other = io.BytesIO(), zlib.crc32(path.encode()) % 2
    if label == "1":
        return jpeg(within(im, 1024), 90 if other else 75)
    im.save(b, "PNG") if other else im.save(b, "JPEG", quality=100, subsampling="4:4:4")
    return b.getvalue()


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--labels", required=True, type=pathlib.Path)
    ap.add_argument("--root", type=pathlib.Path, help="folder that the paths start from, by default that of the labels")
    ap.add_argument("--out", required=True, type=pathlib.Path)
    ap.add_argument("--conditions", default="J,L")
    ap.add_argument("--question", default="synthetic,face_swap,edited")
    a = ap.parse_args()
    names = a.conditions.split(",")
    if unknown := [n for n in names if n not in CONDITIONS]:
        ap.error(f"unknown conditions {unknown}; known are {' '.join(CONDITIONS)}")
    root, rows, failed = a.root or a.labels.parent, {n: [] for n in names}, 0
    made = {}
    for r in csv.DictReader(a.labels.open(newline="")):
        if r["question"] not in a.question.split(",") or r["path"].startswith("videos/"):
            continue
        path = r["path"]
        if path not in made:
            try:
                im = ImageOps.exif_transpose(Image.open(root / path)).convert("RGB")
                made[path] = True
                for n in names:
                    ending, make = CONDITIONS[n]
                    to = a.out / n / f"{path}.{ending}"
                    to.parent.mkdir(parents=True, exist_ok=True)
                    to.write_bytes(make(im) if make else swapped(im, path, r["label"]))
            except OSError as e:
                made[path], failed = False, failed + 1
                print("left out:", path, e, file=sys.stderr)
        if made[path]:
            for n in names:
                rows[n].append([f"{path}.{CONDITIONS[n][0]}", r["question"], r["label"], r["source"], r["note"], str((root / r["mask"]).resolve()) if r["mask"] else ""])
    for n in names:
        with (a.out / n / "labels.csv").open("w", newline="") as f:
            w = csv.writer(f, lineterminator="\n")
            w.writerow(["path", "question", "label", "source", "note", "mask"])
            w.writerows(rows[n])
    print(f"{len(rows[names[0]])} labels in {len(names)} conditions, {failed} pictures left out")


if __name__ == "__main__":
    main()
