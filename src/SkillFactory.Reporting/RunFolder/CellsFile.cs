using System.Globalization;
using System.Text;
using SkillFactory.Core.Planning;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Evaluation.Summaries;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.RunFolder;

/// <summary>cells.csv: every metric of every model on every level as one flat table, for spreadsheets and data frames. It is an RFC 4180
/// file in UTF-8 with a header row. Numbers are those of report.json, with shares between 0 and 1. A row with a <c>seed</c> is about that
/// seed alone.</summary>
public static class CellsFile
{
    private static readonly string[] Header =
    [
        "arm",
        "checkpoint",
        "model",
        "task",
        "level",
        "metric",
        "seed",
        "value",
        "count",
        "seeds",
        "low",
        "high",
    ];

    private static readonly (string Name, Func<SkillEstimates, Estimate?> Of)[] Skills =
    [
        ("attempts", s => s.AttemptsPerResponse),
        ("reflections", s => s.ReflectionsPerResponse),
        ("well_formed", s => s.WellFormed),
        ("stop_after_correct", s => s.StopAfterCorrect),
        ("stop_after_incorrect", s => s.StopAfterIncorrect),
        ("correct_precision", s => s.CorrectPrecision),
        ("correct_recall", s => s.CorrectRecall),
        ("correct_f1", s => s.CorrectF1),
        ("incorrect_precision", s => s.IncorrectPrecision),
        ("incorrect_recall", s => s.IncorrectRecall),
        ("incorrect_f1", s => s.IncorrectF1),
        ("right_attempts", s => s.RightAttempts),
        ("first_attempt", s => s.FirstAttempt),
        ("oracle_stop", s => s.OracleStop),
        ("oracle_tokens", s => s.OracleTokens),
        ("right_to_wrong", s => s.RightToWrong),
        ("wrong_to_right", s => s.WrongToRight),
        ("near_duplicates", s => s.NearDuplicates),
    ];

    /// <summary>The content of the file.</summary>
    public static string Write(RunReport report)
    {
        var text = new StringBuilder();
        CsvLine.Append(text, Header);
        foreach (var row in Rows(report).Where(r => r.Estimate is not null))
        {
            var (model, estimate) = (report.Models.First(m => m.Key == row.Model), row.Estimate!);
            CsvLine.Append(
                text,
                model.Arm.Length > 0 ? model.Arm : Checkpoints.Base,
                model.Checkpoint,
                row.Model,
                row.Task,
                row.Level,
                row.Metric,
                Number(row.Seed),
                Number(estimate.Value),
                Number(estimate.Count),
                Number(row.Seeds),
                Number(estimate.Interval?.Low),
                Number(estimate.Interval?.High)
            );
        }

        return text.ToString();
    }

    private static IEnumerable<Row> Rows(RunReport report)
    {
        foreach (var e in report.Evaluations)
        {
            Row Of(string metric, Estimate? estimate) => new(e.Model, e.Task, e.Level, metric, estimate, e.Seeds.Count);
            yield return Of("accuracy", e.Pooled.Accuracy);
            yield return Of("accuracy_over_seeds", e.AcrossSeeds);
            foreach (var (k, estimate) in e.Pooled.PassAtK)
            {
                yield return Of($"pass@{k}", estimate);
            }

            foreach (var (k, estimate) in e.Pooled.MajorityAtK)
            {
                yield return Of($"majority@{k}", estimate);
            }

            foreach (var limit in e.Limits)
            {
                yield return Of($"accuracy_within_{limit.Limit}", limit.Accuracy);
                yield return Of($"tokens_within_{limit.Limit}", limit.Tokens);
            }

            foreach (var (seed, figures) in e.Seeds)
            {
                yield return Of("accuracy", figures.Accuracy) with
                {
                    Seed = seed,
                    Seeds = 1,
                };
                yield return Of("tokens", figures.Tokens) with
                {
                    Seed = seed,
                    Seeds = 1,
                };
            }

            yield return Of("tokens", e.Pooled.Tokens);
            yield return Of("finished", e.Pooled.Finished);
            if (report.Skills.FirstOrDefault(s => s.Model == e.Model && s.Task == e.Task && s.Level == e.Level) is { } skill)
            {
                foreach (var (name, of) in Skills)
                {
                    yield return Of(name, of(skill.Figures));
                }
            }

            foreach (var forced in report.Forced.Where(f => f.Model == e.Model && f.Task == e.Task && f.Level == e.Level))
            {
                yield return Of("forced_accuracy", forced.Forced);
                yield return Of("forced_difference", forced.Difference);
                yield return Of("forced_tokens", forced.ForcedTokens);
            }

            foreach (var best in report.BestOfN.Where(b => b.Model == e.Model && b.Pooled.Task == e.Task && b.Pooled.Level == e.Level))
            {
                var (p, n) = (best.Pooled, best.Pooled.N);
                yield return Of($"best_of_{n}_reflection", p.Verifier);
                yield return Of($"best_of_{n}_majority", p.Majority);
                yield return Of($"best_of_{n}_any", p.Oracle);
                yield return Of($"best_of_{n}_tokens", p.Tokens);
                yield return Of($"best_of_{n}_answer_tokens", p.AnswerTokens);
            }
        }

        foreach (var mean in report.Means)
        {
            yield return new Row(mean.Model, "", mean.Group, "mean_accuracy", mean.Accuracy, report.Run.Seeds.Count);
        }

        foreach (var family in report.Families)
        {
            yield return new Row(family.Model, family.Group, "", "mean_accuracy", family.Accuracy, report.Run.Seeds.Count);
        }

        foreach (var forced in report.ForcedFamilies)
        {
            yield return new Row(forced.Model, forced.Group, "", "mean_forced_accuracy", forced.Forced, report.Run.Seeds.Count);
            yield return new Row(forced.Model, forced.Group, "", "mean_forced_difference", forced.Difference, report.Run.Seeds.Count);
        }
    }

    private static string Number(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    private sealed record Row(string Model, string Task, string Level, string Metric, Estimate? Estimate, int Seeds)
    {
        /// <summary>The one seed of the row, or null for all seeds together.</summary>
        public long? Seed { get; init; }
    }
}
