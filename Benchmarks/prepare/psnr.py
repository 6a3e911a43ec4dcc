#!/usr/bin/env python3
"""How far the images of a data set made with --fast are from the exact ones: peak signal-to-noise
ratio in dB over all channels of each image, and the largest difference of a value.

usage: psnr.py EXACT_FOLDER FAST_FOLDER
"""
import sys

import numpy as np

from check import images, pixels


def main():
    exact, fast = (images(folder) for folder in sys.argv[1:3])
    if not exact or set(exact) != set(fast):
        sys.exit("the data sets have other keys")
    ratios, largest = [], 0
    for key in sorted(exact):
        difference = pixels(exact[key]).astype(float) - pixels(fast[key])
        error = np.mean(difference ** 2)
        ratios.append(10 * np.log10(255 ** 2 / error) if error else np.inf)
        largest = max(largest, int(np.abs(difference).max()))
    print(f"--fast: PSNR {np.median(ratios):.1f} dB in the median, {min(ratios):.1f} at worst, "
          f"largest difference {largest}")


if __name__ == "__main__":
    main()
