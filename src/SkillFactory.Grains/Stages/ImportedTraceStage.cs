using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Traces;
using SkillFactory.Data.ImportedTraces;
using SkillFactory.Data.RecipeInputs;
using SkillFactory.Grading;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Grains.Stages;

/// <summary>Uses imported traces as the training set (the paper's R1 and QwQ distillation): grades them if the recipe names a task, and
/// puts them under the recipe's prompt. No model runs.</summary>
internal static class ImportedTraceStage
{
    /// <summary>Value of <see cref="SilverTrace.Format"/>.</summary>
    private const string Format = "given";

    public static async Task<StageResult> RunAsync(
        StageContext stage,
        ImportedTraceStageSettings settings,
        CancellationToken cancellationToken
    )
    {
        var given = settings.Given;
        var plain = PromptSet.Get(settings.Prompts).Variant(PromptVariant.Original);
        var (counted, bad, kept) = (new ImportedRowCounts(), new BadRows(), 0L);
        var outcomes = Enum.GetValues<Outcome>().ToDictionary(o => o, _ => 0L);
        var failures = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var traces = await OffScheduler.RunAsync(async () =>
        {
            var read = await ImportedFiles.TracesAsync(given, stage.Artifacts, counted, bad, cancellationToken);
            return await stage.Artifacts.PutLinesAsync(
                read.ToBlockingEnumerable(cancellationToken).Where(IsKept).Select(ToTrace),
                cancellationToken
            );
        });

        var counts = new Dictionary<string, double>
        {
            ["rows"] = counted.Rows - bad.Count - counted.Repeated,
            ["rows_left_out"] = bad.Count,
            ["rows_repeated"] = counted.Repeated,
            ["traces"] = kept,
        };
        if (given.Task is not null)
        {
            foreach (var (outcome, count) in outcomes.Where(o => o.Key != Outcome.Truncated))
            {
                counts[outcome.ToString().ToLowerInvariant()] = count;
            }

            foreach (var (reason, count) in failures)
            {
                counts[$"unscored: {reason}"] = count;
            }
        }

        stage.Report(new StageProgress(stage.Node.Name, kept, counted.Rows, "rows used", 0, "", null));
        return stage.Finish(new Dictionary<string, ArtifactRef> { [StageOutputs.Traces] = traces }, counts);

        bool IsKept(ImportedTrace trace)
        {
            if (given.Task is null)
            {
                kept++;
                return true;
            }

            var grade = ImportedFiles.Grade(given, trace);
            outcomes[grade.Outcome]++;
            if (grade.Outcome == Outcome.Unscored)
            {
                failures[grade.Reason] = failures.GetValueOrDefault(grade.Reason) + 1;
            }

            var keep = given.Keep == RecipeValues.KeepAll || grade.IsCorrect;
            kept += keep ? 1 : 0;
            return keep;
        }

        SilverTrace ToTrace(ImportedTrace trace)
        {
            var (system, user) = ImportedFiles.PromptOf(given, plain, trace);
            return new SilverTrace(
                $"row-{trace.Row}",
                $"row-{trace.Row}",
                system,
                user,
                [new TraceSegment(trace.Response.Trim(), SegmentKinds.Attempt, Loss: true)],
                [],
                [],
                [],
                Format
            );
        }
    }
}
