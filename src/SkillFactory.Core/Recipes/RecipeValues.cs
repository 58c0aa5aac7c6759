namespace SkillFactory.Core.Recipes;

/// <summary>The words that keys of a recipe take.</summary>
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

    /// <summary>All attempts are used, equal or not.</summary>
    public const string KeepDuplicates = "keep";

    /// <summary>One of the attempts with the same text is used.</summary>
    public const string SameText = "same_text";

    /// <summary>One of the attempts with the same answer is used.</summary>
    public const string SameAnswer = "same_answer";

    /// <summary>Advantage (r − mean) / std.</summary>
    public const string StdAdvantage = "std";

    /// <summary>Advantage r − mean.</summary>
    public const string CentredAdvantage = "centred";

    /// <summary>Advantage r − mean of the other responses (RLOO).</summary>
    public const string LeaveOneOutAdvantage = "leave_one_out";

    /// <summary>Importance ratio of each token.</summary>
    public const string TokenRatio = "token";

    /// <summary>Importance ratio of the response: the geometric mean of its tokens' (GSPO).</summary>
    public const string SequenceRatio = "sequence";

    /// <summary>PPO's surrogate: the smaller of ratio · advantage and clipped ratio · advantage.</summary>
    public const string ClipSurrogate = "clip";

    /// <summary>The clipped ratio as a constant weight of advantage · log p (CISPO).</summary>
    public const string WeightSurrogate = "weight";

    /// <summary>Mean over the tokens of the mini-batch.</summary>
    public const string TokenMean = "tokens";

    /// <summary>Mean over the tokens of each response, then over the responses.</summary>
    public const string SequenceMean = "sequences";

    /// <summary>Sum over the tokens, divided by the response limit and the number of responses (Dr. GRPO).</summary>
    public const string LengthMean = "length";

    /// <summary>KL estimate log p − log ref.</summary>
    public const string K1 = "k1";

    /// <summary>KL estimate (log p − log ref)² / 2.</summary>
    public const string K2 = "k2";

    /// <summary>KL estimate ref / p − 1 − log (ref / p).</summary>
    public const string K3 = "k3";

    /// <summary>The KL penalty is a term of the loss.</summary>
    public const string KlInLoss = "loss";

    /// <summary>The KL penalty is subtracted from the reward.</summary>
    public const string KlInReward = "reward";

    /// <summary>Every round of SFT starts from the base.</summary>
    public const string StartFromBase = "base";

    /// <summary>A round of SFT starts from the weights of the round before.</summary>
    public const string StartFromPrevious = "previous";

    /// <summary>Imported traces are trained under the prompt of all other stages.</summary>
    public const string AskedAsOriginal = "original";

    /// <summary>Imported traces are trained under the prompts of their file.</summary>
    public const string AskedAsGiven = "as_given";

    /// <summary>All imported traces are used.</summary>
    public const string KeepAll = "all";

    /// <summary>Imported traces with a correct answer are used.</summary>
    public const string KeepCorrect = "correct";

    /// <summary>A row that cannot be used is an error.</summary>
    public const string RefuseBadRows = "refuse";

    /// <summary>A row that cannot be used is skipped and counted.</summary>
    public const string SkipBadRows = "skip";

    /// <summary>Sequences that are too long are an error.</summary>
    public const string RefuseLonger = "refuse";

    /// <summary>Sequences that are too long are skipped and counted.</summary>
    public const string SkipLonger = "skip";

    /// <summary>Sequences that are too long are cut at the limit and counted.</summary>
    public const string CutLonger = "cut";

    /// <summary>Prefix of a token budget that equals the tokens of another arm: "match:ARM".</summary>
    public const string MatchPrefix = "match:";

    /// <summary>Evaluation on the test questions, whose figures are reported.</summary>
    public const string TestSplit = "test";

    /// <summary>Evaluation on the validation questions, by which settings are chosen.</summary>
    public const string ValidationSplit = "validation";

    /// <summary>Pattern of the names of recipes and arms.</summary>
    public const string NamePattern = "[a-z0-9][a-z0-9-]*";

    /// <summary><see cref="NamePattern"/> in words.</summary>
    public const string NameDescription = "lower-case letters, digits and dashes, beginning with a letter or digit";

    /// <summary>Names of the prompt sets.</summary>
    public static IReadOnlyList<string> Prompts { get; } = [Standard, Compact, StandardInstructed, CompactInstructed];

    public static IReadOnlyList<string> Phrases { get; } = [Standard, Compact];

    public static IReadOnlyList<string> Layouts { get; } = [Lines, Compact];

    public static IReadOnlyList<string> FinalAnswers { get; } = [Restated, LastAttempt];

    public static IReadOnlyList<string> Losses { get; } = [LossOnAll, MaskWrong];

    public static IReadOnlyList<string> Selections { get; } = [Uniform, Ranked];

    public static IReadOnlyList<string> DuplicateRules { get; } = [KeepDuplicates, SameText, SameAnswer];

    public static IReadOnlyList<string> Advantages { get; } = [StdAdvantage, CentredAdvantage, LeaveOneOutAdvantage];

    public static IReadOnlyList<string> Ratios { get; } = [TokenRatio, SequenceRatio];

    public static IReadOnlyList<string> Surrogates { get; } = [ClipSurrogate, WeightSurrogate];

    public static IReadOnlyList<string> Aggregations { get; } = [TokenMean, SequenceMean, LengthMean];

    public static IReadOnlyList<string> KlEstimators { get; } = [K1, K2, K3];

    public static IReadOnlyList<string> KlPlaces { get; } = [KlInLoss, KlInReward];

    public static IReadOnlyList<string> StartingPoints { get; } = [StartFromBase, StartFromPrevious];

    public static IReadOnlyList<string> ImportedPrompts { get; } = [AskedAsOriginal, AskedAsGiven];

    public static IReadOnlyList<string> ImportedKept { get; } = [KeepAll, KeepCorrect];

    public static IReadOnlyList<string> BadRowRules { get; } = [RefuseBadRows, SkipBadRows];

    public static IReadOnlyList<string> LongerRules { get; } = [RefuseLonger, SkipLonger, CutLonger];

    public static IReadOnlyList<string> EvaluationSplits { get; } = [TestSplit, ValidationSplit];

    /// <summary>The prompt variants without a hint.</summary>
    public static IReadOnlyList<string> PlainVariants { get; } = ["original", "plan_and_execute", "alternatively", "rephrase"];

    /// <summary>All prompt variants; those of the second half give the answer as a hint.</summary>
    public static IReadOnlyList<string> Variants { get; } = [.. PlainVariants, .. PlainVariants.Select(variant => variant + "_hinted")];

    /// <summary>Whether <see cref="TraceSettings.Phrases"/> names a file rather than a built-in list.</summary>
    public static bool IsPhraseFile(string phrases) => !Phrases.Contains(phrases);

    /// <summary>The arm of a "match:ARM" token budget; null when the budget is a number.</summary>
    public static string? MatchedArm(string tokenBudget) =>
        tokenBudget.StartsWith(MatchPrefix, StringComparison.Ordinal) ? tokenBudget[MatchPrefix.Length..].Trim() : null;
}
