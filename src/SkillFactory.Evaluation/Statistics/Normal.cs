namespace SkillFactory.Evaluation.Statistics;

/// <summary>Quantiles of the standard normal distribution.</summary>
public static class Normal
{
    /// <summary>The z with P(|Z| ≤ z) = <paramref name="level"/>, e.g. 1.95996… for 0.95.</summary>
    public static double TwoSided(double level)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(level, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(level, 1);
        return Quantile((1 + level) / 2);
    }

    /// <summary>The inverse of the distribution function, by Acklam's rational approximation and one Halley step (error about
    /// 1e-15).</summary>
    public static double Quantile(double p)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(p, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(p, 1);
        if (p > 0.5)
        {
            return -Quantile(1 - p);
        }

        double x;
        if (p < 0.02425)
        {
            var q = Math.Sqrt(-2 * Math.Log(p));
            x =
                (
                    (
                        (
                            (
                                (((((-7.784894002430293e-03 * q) - 3.223964580411365e-01) * q) - 2.400758277161838e+00) * q)
                                - 2.549732539343734e+00
                            ) * q
                        ) + 4.374664141464968e+00
                    ) * q
                ) + 2.938163982698783e+00;
            x /=
                ((((((7.784695709041462e-03 * q) + 3.224671290700398e-01) * q) + 2.445134137142996e+00) * q) + 3.754408661907416e+00) * q
                + 1;
        }
        else
        {
            var q = p - 0.5;
            var r = q * q;
            x =
                (
                    (
                        (
                            (
                                (
                                    (((((-3.969683028665376e+01 * r) + 2.209460984245205e+02) * r) - 2.759285104469687e+02) * r)
                                    + 1.383577518672690e+02
                                ) * r
                            ) - 3.066479806614716e+01
                        ) * r
                    ) + 2.506628277459239e+00
                ) * q;
            x /=
                (
                    (
                        (
                            (((((-5.447609879822406e+01 * r) + 1.615858368580409e+02) * r) - 1.556989798598866e+02) * r)
                            + 6.680131188771972e+01
                        ) * r
                    ) - 1.328068155288572e+01
                ) * r
                + 1;
        }

        var error = LowerTail(x) - p;
        var step = error * Math.Sqrt(2 * Math.PI) * Math.Exp(x * x / 2);
        return x - (step / (1 + (x * step / 2)));
    }

    /// <summary>P(Z ≤ x) for x ≤ 0, by a series near zero and a continued fraction in the tail.</summary>
    private static double LowerTail(double x)
    {
        var t = -x;
        if (t < 3)
        {
            double term = t,
                sum = t;
            for (var n = 1; n < 80 && term > 1e-17 * sum; n++)
            {
                term *= t * t / ((2 * n) + 1);
                sum += term;
            }

            return 0.5 - (sum * Math.Exp(-t * t / 2) / Math.Sqrt(2 * Math.PI));
        }

        var fraction = t;
        for (var n = 60; n >= 1; n--)
        {
            fraction = t + (n / fraction);
        }

        return Math.Exp(-t * t / 2) / Math.Sqrt(2 * Math.PI) / fraction;
    }
}
