#!/usr/bin/env python3
"""Small arrays as numpy saves them, for NPYTests. usage: make_npy_cases.py FOLDER (numpy 2.x)"""
import sys

import numpy as np

values = np.array([[1.5, -2.25, 0.0], [65504.0, 2.0**-24, 3.140625]])
for name, dtype in (("float16", "<f2"), ("float32", "<f4"), ("float64", "<f8")):
    np.save(f"{sys.argv[1]}/{name}.npy", values.astype(dtype))
np.save(f"{sys.argv[1]}/int64.npy", np.array([0, -1, 2**62], "<i8"))
np.save(f"{sys.argv[1]}/int32.npy", np.array([[7]], "<i4"))
np.save(f"{sys.argv[1]}/fortran.npy", np.asfortranarray(values.astype("<f4")))
np.save(f"{sys.argv[1]}/object.npy", np.array([{"a": 1}], object))
