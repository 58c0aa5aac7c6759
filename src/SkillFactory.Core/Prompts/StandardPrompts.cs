using SkillFactory.Core.Tasks;

namespace SkillFactory.Core.Prompts;

/// <summary>Prompts for instruction-tuned language models. Each variant asks for what the paper describes (E.2); the sentences are ours.
/// The paper does not publish its reflection prompts, so that prompt is ours too.</summary>
internal static class StandardPrompts
{
    private const string EndWithAnswer =
        "Whatever else you write, always end your response with the answer inside <answer> tags, closed by </answer>.";

    public static IReadOnlyList<PromptVariant> Variants { get; } =
    [
        new(PromptVariant.Original, null, "\n\nLet's think step by step."),
        new(
            PromptVariant.PlanAndExecute,
            "You like to understand a problem before you work on it. You write a short plan first, then "
                + $"carry it out step by step, and only then answer. {EndWithAnswer}",
            "\n\nBegin with the sentence \"First, I'll try to understand the problem better by writing out "
                + "a plan.\" and write a high-level plan for solving the problem. Then carry out the plan step "
                + "by step. Finally give your answer between <answer> and </answer>."
        ),
        new(
            PromptVariant.Alternatively,
            "You like to look at several possible answers before you settle on one. You name the candidates "
                + "one after another, each new one introduced by the word \"Alternatively,\", then you decide "
                + $"which of them is right. {EndWithAnswer}",
            "\n\nThink about the problem and propose several candidate answers, separated by the word \"Alternatively,\". "
                + "Discuss which of them is right. Finally give that answer between <answer> and </answer>."
        ),
        new(
            PromptVariant.Rephrase,
            "You like to restate a problem in your own words before you solve it. You write \"Rewritten "
                + "Question:\" and a short version that keeps only what is needed, then you solve it step by step. "
                + $"{EndWithAnswer}",
            "\n\nBegin with \"Rewritten Question:\" and restate the problem, keeping only what is needed "
                + "to solve it. Then think step by step. Finally give your answer between <answer> and </answer>."
        ),
    ];

    public static (string? System, string User) Reflection(Question question, string attempt) =>
        (
            null,
            $"""
            Below are a question and an attempt at answering it. Judge whether the attempt's final answer is right.

            # Question
            {question.Text}

            # Attempt
            {attempt}

            # Your task
            Check the attempt; do not solve the question anew and do not give an answer of your own.
            - Begin with the words "Let us verify this answer."
            - Go through the final answer one step at a time. Recompute every result yourself instead of trusting what is written.
            - Check every rule of the question: what may be used, how often, and what the result must be.
            - When you find a mistake, name the step and say what is wrong with it.
            - Do not repeat the attempt's <answer> tags.

            Keep it short. End with your verdict alone on the last line, either
            <verdict>Correct</verdict>
            or
            <verdict>Incorrect</verdict>
            """
        );
}
