package main

import "github.com/spf13/cobra"

// matchingTopic is printed by unmask help matching.
func matchingTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "matching",
		Short: "How protected pictures, people and listed files are found, and what a hit or a miss means",
		Long: `PROTECTED PICTURES AND CLIPS
  unmask enroll DIR -o PACK makes a pack of the pictures and videos in the sub-folders of DIR, one sub-folder for each identity;
  unmask scan --refs PACK (or --refs DIR) looks for them.

  A candidate comes from a PDQ hash within 31 of 256 bits (of the whole, of parts, mirrored, turned, without borders), from a 64-bit hash, or
  from keypoints that look the same. It counts only when the pixels confirm it: 12 keypoints lie as in the original under one shift,
  turn and scale, or the hash says where it lies, and 47 % of the original's detail is the same there. The finding is match.reference, with
  the numbers and both pictures side by side. Where less than half of the protected picture is in view the finding is match.part and the
  answer inconclusive, because both may have been put together from a third.

  Videos are compared frame by frame. A finding gives the stretch in the video (range) and in the protected video (reference_range),
  the share of the frames looked at that match, and the share of the reference's frames that were found (as vPDQ does).

  Packs made with --hash-only hold no pictures and no keypoints: they can travel, and their matches say that they are unverified.

THE DIFFERENCE AGAINST THE ORIGINAL (--profile full)
  Where a file shows a protected picture, both are laid over each other, brought to the same tone, and compared. Regions that differ by more
  than re-encoding, resizing and toning explain are findings: swap.against_reference where a face was replaced by another person's,
  edit.against_reference otherwise, captions included. Another shot of the same scene, such as another moment of an interview, differs too, but
  it differs a little everywhere: where the rest lies half a pixel off, or the face of the same person beside its place, nothing is accused and
  known_media stays open. Other moments of a film in which only a hand moves, or the background, do look like altered copies. Pictures of one scan
  that are copies of each other are compared too (edit.against_copy): which of the two was altered, the comparison cannot tell, unless one agrees
  with a protected picture.

PROTECTED PEOPLE
  Needs two model files, once: unmask models fetch. Faces are found (YuNet), aligned and turned into 128 numbers (MobileFaceNet). A face is
  named when it is more like one identity's photographs than the threshold, measured against a cohort of other faces, and clearly
  more than any other identity's. Small, blurred and turned faces are refused, and the record says so. Enrol three or more good
  photographs of each person. Without models the answer is not_evaluated.

HASH SETS
  --hashset alert:FILE raises a file that the set lists to high; --hashset known:FILE marks it as known-good and keeps it out of the
  queue. Sets are lists of MD5, SHA-1 or SHA-256 (plain, or CSV with a header), NSRL RDSv3 databases, Project VIC JSON, and lists of PDQ hashes.
  Damaged lines are reported and left out.

WHAT A MISS MEANS
  unmask detectors --json has the measured recall of each handling. Small parts of a picture, pictures seen at an angle, pictures without
  texture and unusable faces are missed. A digest finds the very same bytes only.`,
	}
}
