using SkillFactory.Core.Prompts;
using SkillFactory.Core.Tasks;

namespace SkillFactory.Core.Recipes;

/// <summary>The words that options of a recipe take.</summary>
public static class RecipeValues
{
    /// <summary>Wording and phrases shaped like the paper's.</summary>
    public const string Standard = "standard";

    /// <summary>Wording, phrases and layout of few tokens, for the shipped tiny base.</summary>
    public const string Compact = "compact";

    /// <summary><see cref="Standard"/> with the skills described and shown in the prompt.</summary>
    public const string StandardInstructed = "standard_instructed";

    /// <summary><see cref="Compact"/> with a trace shown in the prompt.</summary>
    public const string CompactInstructed = "compact_instructed";

    /// <summary>Trace parts joined by newlines, as in the paper.</summary>
    public const string Lines = "lines";

    /// <summary>An ending phrase and the answer again after the think block (paper).</summary>
    public const string Restated = "restated";

    /// <summary>The last attempt is the answer, and the response ends with the think block.</summary>
    public const string LastAttempt = "last_attempt";

    /// <summary>Loss on every token of the response.</summary>
    public const string LossOnAll = "all";

    /// <summary>No loss on the text of wrong attempts.</summary>
    public const string MaskWrong = "mask_wrong";

    /// <summary>Attempts are drawn uniformly.</summary>
    public const string Uniform = "uniform";

    /// <summary>Attempts are drawn by rank.</summary>
    public const string Ranked = "ranked";

    /// <summary>Attempts that say the same are all used.</summary>
    public const string KeepDuplicates = "keep";

    /// <summary>Of attempts with the same text one is used.</summary>
    public const string SameText = "same_text";

    /// <summary>Of attempts with the same answer one is used.</summary>
    public const string SameAnswer = "same_answer";

    /// <summary>Advantage (r − mean) / std.</summary>
    public const string StdAdvantage = "std";

    /// <summary>Advantage r − mean.</summary>
    public const string CentredAdvantage = "centred";

    /// <summary>Every round of SFT starts from the base.</summary>
    public const string StartFromBase = "base";

    /// <summary>A round of SFT goes on from the one before.</summary>
    public const string StartFromPrevious = "previous";

    /// <summary>Given traces are trained under the prompt that everything else is asked with.</summary>
    public const string AskedAsOriginal = "original";

    /// <summary>Given traces are trained under the file's own words.</summary>
    public const string AskedAsGiven = "as_given";

    /// <summary>All given traces are used.</summary>
    public const string KeepAll = "all";

    /// <summary>Of given traces those with a right answer are used.</summary>
    public const string KeepCorrect = "correct";

    /// <summary>A row that cannot be used is an error.</summary>
    public const string RefuseBadRows = "refuse";

    /// <summary>A row that cannot be used is left out and counted.</summary>
    public const string SkipBadRows = "skip";

    /// <summary>Sequences that are too long are an error.</summary>
    public const string RefuseLonger = "refuse";

    /// <summary>Sequences that are too long are left out.</summary>
    public const string SkipLonger = "skip";

    /// <summary>Sequences that are too long lose their end.</summary>
    public const string CutLonger = "cut";

    /// <summary>Prefix of a token budget that follows another arm: "match:ARM".</summary>
    public const string MatchPrefix = "match:";

    /// <summary>Evaluation on the questions that figures are reported for.</summary>
    public const string TestSplit = "test";

    /// <summary>Evaluation on the questions that settings are chosen by.</summary>
    public const string ValidationSplit = "validation";

    public static IReadOnlyList<string> Prompts => PromptSet.Names;

    public static IReadOnlyList<string> Phrases { get; } = [Standard, Compact];

    public static IReadOnlyList<string> Layouts { get; } = [Lines, Compact];

    public static IReadOnlyList<string> FinalAnswers { get; } = [Restated, LastAttempt];

    public static IReadOnlyList<string> Losses { get; } = [LossOnAll, MaskWrong];

    public static IReadOnlyList<string> Selections { get; } = [Uniform, Ranked];

    public static IReadOnlyList<string> DuplicateRules { get; } = [KeepDuplicates, SameText, SameAnswer];

    public static IReadOnlyList<string> Advantages { get; } = [StdAdvantage, CentredAdvantage];

    public static IReadOnlyList<string> StartingPoints { get; } = [StartFromBase, StartFromPrevious];

    public static IReadOnlyList<string> GivenPrompts { get; } = [AskedAsOriginal, AskedAsGiven];

    public static IReadOnlyList<string> GivenKept { get; } = [KeepAll, KeepCorrect];

    public static IReadOnlyList<string> BadRowRules { get; } = [RefuseBadRows, SkipBadRows];

    public static IReadOnlyList<string> LongerRules { get; } = [RefuseLonger, SkipLonger, CutLonger];

    public static IReadOnlyList<string> EvaluationSplits { get; } = [TestSplit, ValidationSplit];

    /// <summary>The four prompt variants, and each with the answer given as a hint.</summary>
    public static IReadOnlyList<string> Variants { get; } = [.. PlainVariants, .. PlainVariants.Select(AnswerHint.Hinted)];

    private static string[] PlainVariants =>
        [PromptVariant.Original, PromptVariant.PlanAndExecute, PromptVariant.Alternatively, PromptVariant.Rephrase];

    /// <summary>Whether <see cref="TraceSettings.Phrases"/> names a file rather than a list shipped with the product.</summary>
    public static bool IsPhraseFile(string phrases) => !Phrases.Contains(phrases);

    /// <summary>The arm that a token budget follows, or null when it is a number.</summary>
    public static string? MatchedArm(string tokenBudget) =>
        tokenBudget.StartsWith(MatchPrefix, StringComparison.Ordinal) ? tokenBudget[MatchPrefix.Length..].Trim() : null;
}
