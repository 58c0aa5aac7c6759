using CsCheck;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Traces;

namespace SkillFactory.Core.Tests.Traces;

/// <param name="Question">Attempts 0 … Correct − 1 are correct.</param>
public sealed record TraceCase(TraceSettings Settings, QuestionAttempts Question, int Correct, int Wrong, long Seed)
{
    public int K => Settings.Attempts;
}

/// <summary>Random valid settings and questions.</summary>
internal static class TraceCases
{
    /// <summary>Formats whose traces must have at least two attempts.</summary>
    private static readonly string[] Pairs = ["*C*IC", "*CC", "backtrack", "alternate_method", "confirm_twice"];

    private static readonly string[] OneTrace = ["*C", "*C*IC", "*CC"];

    public static Gen<TraceCase> Any => Pick([.. TraceFormats.Names.Where(n => n is not ("rejection" or "as_written"))]).SelectMany(Of);

    public static Gen<TraceCase> Of(string format) =>
        from attempts in Gen.Int[Pairs.Contains(format) || OneTrace.Contains(format) ? 2 : 1, 9]
        from randomLength in Gen.Bool
        from repeats in Gen.Int[1, 3]
        from answer in Pick(format == "backtrack" ? ["restated"] : RecipeValues.FinalAnswers)
        from words in Gen.Select(Pick(RecipeValues.Losses), Pick(RecipeValues.Layouts), Pick(RecipeValues.Phrases))
        from draws in Gen.Select(Pick(RecipeValues.Selections), Gen.Bool)
        from pool in Gen.Select(Gen.Int[0, 6], Gen.Int[0, 8], Gen.Int[1, 3], Gen.Int[1, 4])
        from seed in Gen.Long
        select new TraceCase(
            new TraceSettings
            {
                Format = format,
                Attempts = attempts,
                RandomLength = OneTrace.Contains(format) && randomLength,
                Repeats = repeats,
                FinalAnswer = answer,
                Loss = words.Item1,
                Layout = words.Item2,
                Phrases = words.Item3,
                Selection = draws.Item1,
                DistinctVariants = draws.Item2 && format != "alternate_method",
            },
            TraceFixture.Question("q", pool.Item1, pool.Item2, pool.Item3, pool.Item4),
            pool.Item1,
            pool.Item2,
            seed
        );

    private static Gen<string> Pick(IReadOnlyList<string> items) => Gen.Int[0, items.Count - 1].Select(i => items[i]);
}
