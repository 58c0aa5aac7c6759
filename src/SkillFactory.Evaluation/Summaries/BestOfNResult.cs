using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Evaluation.Summaries;

/// <summary>Counts over all groups of n answers to one question.</summary>
public sealed record BestOfNResult
{
    /// <summary>Groups of n answers.</summary>
    public int Groups { get; init; }

    /// <summary>Correct answers in the groups, out of <see cref="Groups"/> times n.</summary>
    public int Single { get; init; }

    /// <summary>Groups whose most frequent answer is correct. A tie counts with the share of correct ones among the tied answers.</summary>
    public double Majority { get; init; }

    /// <summary>Groups whose chosen answer is correct.</summary>
    public int Verifier { get; init; }

    /// <summary>Groups with a correct answer.</summary>
    public int Oracle { get; init; }

    /// <summary>Generated tokens of all answers: the cost of a majority vote.</summary>
    public long AnswerTokens { get; init; }

    /// <summary>Generated tokens of all answers and all their reflections: the cost of a choice by reflection.</summary>
    public long Tokens { get; init; }

    /// <summary>Generated tokens of answers and reflections up to the first answer judged Correct.</summary>
    public long SequentialTokens { get; init; }
}
