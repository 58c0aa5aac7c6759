using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;

namespace SkillFactory.Core.Planning;

/// <summary>What a recipe says about one stage, and nothing else: two stages with equal settings and inputs are the same stage, whatever
/// else their recipes say.</summary>
/// <param name="Prompts">The prompt set.</param>
public abstract record StageSettings(string Prompts);

/// <param name="Train">Question mix.</param>
public sealed record SampleStageSettings(string Prompts, IReadOnlyList<QuestionSource> Train, SamplingSettings Sampling)
    : StageSettings(Prompts);

public sealed record ReflectStageSettings(string Prompts, ReflectionSettings Reflection) : StageSettings(Prompts);

public sealed record TracesStageSettings(string Prompts, TraceSettings Traces) : StageSettings(Prompts);

public sealed record ImportedTraceStageSettings(string Prompts, ImportedTraceSettings Given) : StageSettings(Prompts);

/// <param name="Gate">What the gate is measured on; null without a gate.</param>
/// <param name="Validation">What is asked during training; null for nothing.</param>
public sealed record SftStageSettings(string Prompts, SftSettings Sft, ValidationSettings? Gate, ValidationSettings? Validation = null)
    : StageSettings(Prompts);

/// <param name="Train">Mix of validation questions.</param>
/// <param name="Decoding">How they are answered.</param>
public sealed record ValidationSettings(IReadOnlyList<QuestionSource> Train, Decoding Decoding);

/// <param name="Train">Question mix, kept within every step.</param>
/// <param name="Validation">What is asked during training; null for nothing.</param>
public sealed record GrpoStageSettings(
    string Prompts,
    IReadOnlyList<QuestionSource> Train,
    GrpoSettings Grpo,
    ValidationSettings? Validation = null
) : StageSettings(Prompts);

/// <param name="Evaluation">Without best-of-n, which is a stage of its own.</param>
public sealed record EvaluateStageSettings(string Prompts, EvaluationSettings Evaluation) : StageSettings(Prompts);

/// <summary>Responses of an evaluation, made to go on.</summary>
/// <param name="Evaluation">As the evaluation was asked.</param>
/// <param name="Trigger">Text in place of a response's end.</param>
/// <param name="Times">Most times a response goes on.</param>
/// <param name="LimitScale">Second response limit as a multiple of the set's.</param>
public sealed record BudgetForcingStageSettings(string Prompts, EvaluationSettings Evaluation, string Trigger, int Times, double LimitScale)
    : StageSettings(Prompts);

/// <param name="Reflection">How the base model's reflections are drawn; one per answer.</param>
public sealed record BestOfNStageSettings(string Prompts, EvaluationSettings Evaluation, ReflectionSettings Reflection)
    : StageSettings(Prompts);
