using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Traces;

/// <summary>How many attempts a trace has.</summary>
internal static class TraceLength
{
    /// <summary>Length for a format with one trace per repeat: K, or drawn uniformly from 2 … K.</summary>
    public static int Of(TraceSettings settings, RandomStream random) =>
        settings.RandomLength ? random.Next(2, settings.Attempts) : settings.Attempts;

    /// <summary>Every length from the least to K, each with its own random stream.</summary>
    public static IEnumerable<(int Length, RandomStream Random)> Each(int least, TraceSettings settings, KeyedRandom random) =>
        Enumerable.Range(least, Math.Max(0, settings.Attempts - least + 1)).Select(length => (length, random.Child(length).Stream()));
}
