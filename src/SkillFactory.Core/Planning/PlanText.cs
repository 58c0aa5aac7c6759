using System.Globalization;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Planning;

/// <summary>A plan for people: what will run, what exists already, and how much work each stage is.</summary>
public static class PlanText
{
    /// <param name="found">Results that exist already (see <see cref="PlanForecast"/>); null when nothing was looked up.</param>
    /// <returns>Lines.</returns>
    public static IEnumerable<string> Render(ExperimentPlan plan, IReadOnlyDictionary<string, StageResult>? found = null)
    {
        var width = plan.Nodes.Max(n => n.Name.Length);
        foreach (var node in plan.Nodes)
        {
            var mark =
                found is null ? ""
                : found.ContainsKey(node.Id) ? "reuse  "
                : "run    ";
            var arms = node.Uses.Select(u => u.Arm).Distinct().ToList();
            var shared = arms.Count > 1 ? $"; shared by {string.Join(", ", arms)}" : "";
            yield return $"{mark}{node.Name.PadRight(width)}  {Work(plan, node)}{shared}";
        }

        var reused = plan.Nodes.Count(n => found?.ContainsKey(n.Id) == true);
        yield return found is null
            ? $"{plan.Nodes.Count} stages"
            : $"{plan.Nodes.Count} stages: {reused} exist already, {plan.Nodes.Count - reused} to run";
    }

    private static string Work(ExperimentPlan plan, PlanNode node) =>
        node.Settings switch
        {
            SampleStageSettings s =>
                $"{N(s.Sampling.Questions)} questions × {s.Sampling.Variants.Count} prompts × {s.Sampling.AttemptsPerVariant} attempts"
                    + $" = {N(AttemptsOf(s.Sampling))} sequences in {N(Batches(s.Sampling.Questions * s.Sampling.Variants.Count, s.Sampling.PromptsPerBatch))} batches"
                    + (
                        s.Sampling.Rounds is { } rounds
                            ? $", and up to {rounds - 1} {(rounds == 2 ? "round" : "rounds")} more for questions that need it"
                            : ""
                    )
                    + (s.Sampling.Model is { } model ? $", by {NameOf(model)}" : "")
                    + (s.Sampling.Examples is { } examples ? $", with {examples.Count} examples from {NameOf(examples.File)}" : "")
                    + (s.Sampling.TokenBudget is { } most ? $", until {N(most)} tokens are generated" : ""),
            ReflectStageSettings s =>
                $"{s.Reflection.PerAttempt} per gradeable attempt: up to {N(s.Reflection.PerAttempt * MostAttemptsOf(SampleOf(plan, node)))} sequences",
            TracesStageSettings s => $"{s.Traces.Format}: up to {N(TracesOf(plan, node, s))} traces",
            ImportedTraceStageSettings s =>
                $"{(s.Given.Keep == RecipeValues.KeepCorrect ? $"those that {s.Given.Task} grades as right" : "all traces")} of {NameOf(s.Given.File)}",
            SftStageSettings s => SftWork(plan, node, s)
                + (
                    s.Sft.Gate is { } g
                        ? $", and up to {g.MaxExtensions} × {g.ExtraEpochs.ToString(CultureInfo.InvariantCulture)} epochs more until the gate holds"
                        : ""
                ),
            GrpoStageSettings s => (
                s.Grpo.TokenBudget is { } budget
                    ? $"steps of {s.Grpo.PromptsPerStep} prompts × {s.Grpo.GroupSize} responses until {Budget(budget)}"
                    : $"{N(s.Grpo.Steps)} steps × {s.Grpo.PromptsPerStep} prompts × {s.Grpo.GroupSize} responses = {N((long)s.Grpo.Steps * s.Grpo.PromptsPerStep * s.Grpo.GroupSize)} sequences"
            ) + (s.Grpo.UpdatesPerStep > 1 ? $", {s.Grpo.UpdatesPerStep} updates per step" : ""),
            EvaluateStageSettings s => Measured(s.Evaluation),
            BudgetForcingStageSettings s =>
                $"each response of the evaluation made to go on, {(s.Times == 1 ? "once" : $"up to {s.Times} times")}, up to {s.LimitScale.ToString(CultureInfo.InvariantCulture)} × its limit",
            BestOfNStageSettings s => $"{Measured(s.Evaluation)}, one reflection each",
            _ => "",
        };

    private static string Measured(EvaluationSettings e)
    {
        var questions = e.Sets.Sum(s => (long)(s.Questions ?? e.Questions));
        var samples = e.Sets.Select(s => s.Samples ?? e.Samples).Distinct().ToList();
        return $"{N(questions)} questions ({e.Sets.Count} sets) × {(samples.Count == 1 ? N(samples[0]) : $"{samples.Min()} to {samples.Max()}")} = {N(e.Sets.Sum(s => (s.Questions ?? e.Questions) * (long)(s.Samples ?? e.Samples)))} sequences";
    }

    private static string Budget(string budget) =>
        RecipeValues.MatchedArm(budget) is { } arm
            ? $"they have generated what arm {arm} spent in tokens"
            : $"{N(long.Parse(budget))} tokens are generated";

    private static SamplingSettings SampleOf(ExperimentPlan plan, PlanNode node) =>
        ((SampleStageSettings)plan[node.Inputs.First(i => i.Role == PlanRoles.Attempts).Node].Settings).Sampling;

    private static long AttemptsOf(SamplingSettings s) => (long)s.Questions * s.Variants.Count * s.AttemptsPerVariant;

    private static long MostAttemptsOf(SamplingSettings s) => AttemptsOf(s) * (s.Rounds ?? 1);

    private static long TracesOf(ExperimentPlan plan, PlanNode node, TracesStageSettings s) =>
        (long)SampleOf(plan, node).Questions * s.Traces.Attempts * s.Traces.Repeats;

    private static string SftWork(ExperimentPlan plan, PlanNode node, SftStageSettings s)
    {
        var dataset = plan[node.Inputs.First(i => i.Role == PlanRoles.Dataset).Node];
        var most = Math.Min(
            dataset.Settings is TracesStageSettings traces ? TracesOf(plan, dataset, traces) : long.MaxValue,
            s.Sft.Rows ?? long.MaxValue
        );
        return most == long.MaxValue
            ? $"{s.Sft.Epochs.ToString(CultureInfo.InvariantCulture)} passes over the given traces in steps of {s.Sft.BatchSize}"
            : $"up to {N((long)Math.Ceiling(most * s.Sft.Epochs / s.Sft.BatchSize))} steps of {s.Sft.BatchSize} traces";
    }

    /// <summary>A file or folder for people: its name, or how large it is once it is stored.</summary>
    private static string NameOf(string file) =>
        StoredFile.IsStored(file) ? "what the recipe names" : Path.GetFileName(Path.TrimEndingDirectorySeparator(file));

    private static int Batches(int prompts, int perBatch) => (prompts + perBatch - 1) / perBatch;

    private static string N(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);
}
