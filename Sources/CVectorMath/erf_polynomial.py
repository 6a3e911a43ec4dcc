#!/usr/bin/env python3
"""erf_polynomial.inc: erf(z) / z on |z| <= 4 as a polynomial in t = z^2 / 8 - 1, Chebyshev's
interpolation of degree 14 as powers, highest first (numpy 2.4.6)."""
import math
import pathlib

import numpy as np
from numpy.polynomial import chebyshev

DEGREE = 18


def quotient(t):
    z = math.sqrt(8 * (t + 1))
    return math.erf(z) / z if z > 1e-9 else 2 / math.sqrt(math.pi)


series = chebyshev.chebinterpolate(np.vectorize(quotient), DEGREE)
powers = chebyshev.cheb2poly(series)[::-1].astype(np.float32)
path = pathlib.Path(__file__).with_name("erf_polynomial.inc")
path.write_text("".join(f"{float(p):.9g}f,\n" for p in powers))
z = np.linspace(0, 5, 200001).astype(np.float32)
c = np.minimum(z, np.float32(4))
t, p = c * c * np.float32(0.125) - np.float32(1), np.full_like(z, powers[0])
for power in powers[1:]:
    p = p * t + power
error = np.abs(np.minimum(c * p, 1) - np.vectorize(math.erf)(z.astype(float)))
print("greatest error", error.max(), "beside erf's", np.finfo(np.float32).eps)
