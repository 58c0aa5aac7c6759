using System.Globalization;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Planning;

/// <summary>A plan as text: the stages that will run, those whose results exist, and the work of each.</summary>
public static class PlanText
{
    /// <param name="found">Results that exist already (see <see cref="PlanForecast"/>); null when they were not looked up.</param>
    /// <returns>The lines of the text.</returns>
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
            SampleStageSettings s => SampleWork(s.Sampling),
            ReflectStageSettings s => ReflectWork(s.Reflection, PlannedWork.SamplingOf(plan, node)),
            TracesStageSettings s => $"{s.Traces.Format}: up to {Number(PlannedWork.TracesOf(plan, node, s))} traces",
            ImportedTraceStageSettings s => ImportWork(s.Given),
            ReplayStageSettings s => $"{SampleWork(s.Sampling)}, of which the right ones are replayed",
            SftStageSettings s => SftWork(plan, node, s.Sft),
            GrpoStageSettings s => GrpoWork(s.Grpo),
            EvaluateStageSettings s => EvaluateWork(s.Evaluation),
            BudgetForcingStageSettings s => ForceWork(s),
            BestOfNStageSettings s => $"{EvaluateWork(s.Evaluation)}, one reflection each",
            _ => "",
        };

    private static string SampleWork(SamplingSettings s)
    {
        var batches = Batches(s.Questions * s.Variants.Count, s.PromptsPerBatch);
        var text =
            $"{Number(s.Questions)} questions × {s.Variants.Count} prompts × {s.AttemptsPerVariant} attempts"
            + $" = {Number(PlannedWork.AttemptsOf(s))} sequences in {Number(batches)} batches";
        if (s.Rounds is { } rounds)
        {
            text += $", and up to {rounds - 1} more {(rounds == 2 ? "round" : "rounds")} for questions without enough attempts";
        }

        return text
            + (s.Model is { } model ? $", by {NameOf(model)}" : "")
            + (s.Examples is { } examples ? $", with {examples.Count} examples from {NameOf(examples.File)}" : "")
            + (s.TokenBudget is { } budget ? $", until {Number(budget)} tokens are generated" : "");
    }

    private static string ReflectWork(ReflectionSettings s, SamplingSettings sampling) =>
        $"{s.PerAttempt} per gradeable attempt: up to {Number(s.PerAttempt * PlannedWork.MostAttemptsOf(sampling))} sequences";

    private static string ImportWork(ImportedTraceSettings s) =>
        $"{(s.Keep == RecipeValues.KeepCorrect ? $"traces that {s.Task} grades as correct" : "all traces")} of {NameOf(s.File)}";

    private static string GrpoWork(GrpoSettings s)
    {
        var step = $"{s.PromptsPerStep} prompts × {s.GroupSize} responses";
        var steps = s.TokenBudget is { } budget
            ? $"steps of {step} until {Budget(budget)}"
            : $"{Number(s.Steps)} steps × {step} = {Number(PlannedWork.ResponsesOf(s))} sequences";
        return steps + (s.UpdatesPerStep > 1 ? $", {s.UpdatesPerStep} updates per step" : "");
    }

    private static string Budget(string budget) =>
        RecipeValues.MatchedArm(budget) is { } arm
            ? $"they have generated what arm {arm} spent in tokens"
            : $"{Number(long.Parse(budget, CultureInfo.InvariantCulture))} tokens are generated";

    private static string EvaluateWork(EvaluationSettings e)
    {
        var questions = e.Sets.Sum(s => (long)(s.Questions ?? e.Questions));
        var samples = e.Sets.Select(s => s.Samples ?? e.Samples).Distinct().ToList();
        var perQuestion = samples.Count == 1 ? Number(samples[0]) : $"{samples.Min()} to {samples.Max()}";
        return $"{Number(questions)} questions ({e.Sets.Count} sets) × {perQuestion} = {Number(PlannedWork.ResponsesOf(e))} sequences";
    }

    private static string ForceWork(BudgetForcingStageSettings s)
    {
        var times = s.Times == 1 ? "once" : $"up to {s.Times} times";
        return FormattableString.Invariant($"continues each response of the evaluation {times}, up to {s.LimitScale} × its limit");
    }

    private static string SftWork(ExperimentPlan plan, PlanNode node, SftSettings s)
    {
        var rows = s.Replay is null ? "traces" : "traces and replayed answers";
        var steps = PlannedWork.SftRowsOf(plan, node, s) is { } most
            ? $"up to {Number((long)Math.Ceiling(most * s.Epochs / s.BatchSize))} steps of {s.BatchSize} {rows}"
            : FormattableString.Invariant($"{s.Epochs} passes over the imported traces in steps of {s.BatchSize}");
        return s.Gate is { } gate
            ? steps + FormattableString.Invariant($", and up to {gate.MaxExtensions} × {gate.ExtraEpochs} more epochs until the gate holds")
            : steps;
    }

    /// <summary>The name of a file or folder. A stored file has lost its name.</summary>
    private static string NameOf(string file) =>
        StoredFile.IsStored(file) ? "the file in the recipe" : Path.GetFileName(Path.TrimEndingDirectorySeparator(file));

    private static int Batches(int prompts, int perBatch) => (prompts + perBatch - 1) / perBatch;

    private static string Number(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);
}
