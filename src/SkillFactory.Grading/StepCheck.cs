namespace SkillFactory.Grading;

/// <summary>How many of the calculations in a text are correct.</summary>
/// <param name="Right">Number of correct equations.</param>
/// <param name="Total">Number of equations found.</param>
public readonly record struct StepCheck(int Right, int Total)
{
    /// <summary><see cref="Right"/> / <see cref="Total"/>, or null when the text has no equations.</summary>
    public double? Share => Total == 0 ? null : (double)Right / Total;
}
