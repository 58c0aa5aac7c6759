namespace SkillFactory.Engine.Training;

/// <summary>Learning rate schedules. Steps count from 1.</summary>
public static class LearningRate
{
    /// <summary>Linear warm-up to the peak, then a cosine to <paramref name="finalShare"/> of the peak at the last step.</summary>
    public static double Cosine(int step, int steps, double peak, int warmup, double finalShare)
    {
        if (step <= warmup)
        {
            return peak * step / warmup;
        }

        var progress = Math.Clamp((step - warmup) / (double)Math.Max(1, steps - warmup), 0, 1);
        return peak * (finalShare + ((1 - finalShare) * 0.5 * (1 + Math.Cos(Math.PI * progress))));
    }

    /// <summary>Linear warm-up, constant, then linear to <paramref name="finalShare"/> of the peak over the last
    /// <paramref name="decayShare"/> of the steps.</summary>
    public static double Trapezoid(int step, int steps, double peak, int warmup, double finalShare, double decayShare)
    {
        if (step <= warmup)
        {
            return peak * step / warmup;
        }

        var decaySteps = decayShare * steps;
        var intoDecay = step - (steps - decaySteps);
        return decaySteps <= 0 || intoDecay <= 0 ? peak : peak * (1 - ((1 - finalShare) * Math.Min(1, intoDecay / decaySteps)));
    }

    /// <summary>The trapezoid for an unknown number of steps: the decay follows the share of the run that is done, for example of a token
    /// budget.</summary>
    /// <param name="step">The step, from 1.</param>
    /// <param name="done">Share of the run that is done after this step; values above 1 count as 1.</param>
    /// <param name="peak">Peak learning rate.</param>
    /// <param name="warmup">Number of warm-up steps.</param>
    /// <param name="finalShare">Final learning rate as a share of the peak.</param>
    /// <param name="decayShare">Share of the run over which the rate falls.</param>
    public static double TrapezoidByShare(int step, double done, double peak, int warmup, double finalShare, double decayShare) =>
        step <= warmup ? peak * step / warmup
        : decayShare <= 0 ? peak
        : peak * (1 - ((1 - finalShare) * Math.Clamp((done - (1 - decayShare)) / decayShare, 0, 1)));
}
