namespace SkillFactory.Engine.Training;

/// <summary>Learning rates as functions of the step (1-based).</summary>
public static class LearningRate
{
    /// <summary>Linear warm-up from 0 to the peak, then a cosine to <paramref name="finalShare"/> of it at the last step.</summary>
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

    /// <summary>The same where the number of steps is not known: warm-up by steps, decay by the share of the run that is done, for example of
    /// a token budget.</summary>
    /// <param name="step">From 1.</param>
    /// <param name="done">Share done at the end of this step; 1 and more is the end.</param>
    public static double TrapezoidByShare(int step, double done, double peak, int warmup, double finalShare, double decayShare) =>
        step <= warmup ? peak * step / warmup
        : decayShare <= 0 ? peak
        : peak * (1 - ((1 - finalShare) * Math.Clamp((done - (1 - decayShare)) / decayShare, 0, 1)));
}
