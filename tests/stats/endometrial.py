"""Heinze and Schemper's endometrial cancer patients: neovasculation separates the grades.

Heinze, Schemper 2002, Statistics in Medicine 21:2409-2419; the table of 79 patients is that of
Agresti 2015, Foundations of Linear and Generalized Linear Models, section 5.7.1.
"""

# Neovasculation, pulsatility index of the uterine artery, endometrium height in hundredths; by grade.
LOW_GRADE = """
0 13 164, 0 16 226, 0 8 314, 0 34 268, 0 20 128, 0 5 231, 0 17 180, 0 10 168, 0 26 156, 0 17 231,
0 8 201, 0 7 189, 0 20 315, 0 10 123, 0 18 127, 0 16 176, 0 18 200, 0 28 150, 0 11 133, 0 19 237,
0 10 182, 0 10 313, 0 18 131, 0 14 192, 0 21 164, 0 11 201, 0 17 188, 0 25 193, 0 16 211, 0 19 129,
0 15 172, 0 33 75, 0 24 192, 0 29 202, 0 15 229, 0 12 233, 0 3 290, 0 20 170, 0 23 141, 0 12 225,
0 22 154, 0 42 197, 0 15 175, 0 13 216, 0 14 257, 0 19 137, 0 12 361, 0 13 204, 0 10 217
"""
HIGH_GRADE = """
0 8 264, 0 29 88, 0 12 127, 0 20 137, 1 38 97, 1 22 114, 1 7 88, 1 25 91, 1 15 58, 0 7 97,
0 48 184, 0 12 111, 0 19 161, 0 2 118, 1 22 144, 1 40 118, 1 5 93, 1 0 117, 0 21 119, 0 15 106,
0 12 169, 1 49 27, 0 6 184, 0 5 130, 0 17 96, 1 11 101, 1 21 98, 0 5 35, 1 19 102, 0 33 85
"""
