package io.shearling.bench;

/** Quantiles of Student's t distribution, for 95 % intervals. */
final class StudentT {
    /** The 97.5 % quantile at 1 to 30 degrees of freedom. */
    private static final double[] TABLE = {
        12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281,
        2.2010, 2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860,
        2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
    };

    /** The normal distribution's. */
    private static final double NORMAL = 1.959964;

    private StudentT() {}

    /** The value that t exceeds in 2.5 % of cases; beyond the table by the first terms of Cornish and Fisher's series. */
    static double quantile975(int degreesOfFreedom) {
        if (degreesOfFreedom < 1) {
            throw new IllegalArgumentException(
                    "Student's t needs 1 degree of freedom or more, not " + degreesOfFreedom);
        }
        if (degreesOfFreedom <= TABLE.length) {
            return TABLE[degreesOfFreedom - 1];
        }
        double z = NORMAL;
        double first = (Math.pow(z, 3) + z) / 4;
        double second = (5 * Math.pow(z, 5) + 16 * Math.pow(z, 3) + 3 * z) / 96;
        return z + first / degreesOfFreedom + second / degreesOfFreedom / degreesOfFreedom;
    }
}
