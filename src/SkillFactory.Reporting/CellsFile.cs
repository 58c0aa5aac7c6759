using System.Globalization;
using System.Text;
using SkillFactory.Core.Planning;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Evaluation.Summaries;

namespace SkillFactory.Reporting;

/// <summary>cells.csv: every figure of every model on every level as one flat table, for spreadsheets and data frames. Numbers as in report.json
/// (shares between 0 and 1), a row with a <c>seed</c> for that seed alone, UTF-8, a header row, fields quoted where they need it (RFC 4180).</summary>
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

    private static readonly (string Name, Func<SkillFigures, Estimate?> Of)[] Skills =
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

    /// <summary>The whole file.</summary>
    public static string Write(RunReport report)
    {
        var text = new StringBuilder();
        Line(text, Header);
        foreach (var cell in Cells(report).Where(c => c.Estimate is not null))
        {
            var (model, estimate) = (report.Models.First(m => m.Key == cell.Model), cell.Estimate!);
            Line(
                text,
                model.Arm.Length > 0 ? model.Arm : Checkpoints.Base,
                model.Checkpoint,
                cell.Model,
                cell.Task,
                cell.Level,
                cell.Metric,
                Number(cell.Seed),
                Number(estimate.Value),
                Number(estimate.Count),
                Number(cell.Seeds),
                Number(estimate.Interval?.Low),
                Number(estimate.Interval?.High)
            );
        }

        return text.ToString();
    }

    private static IEnumerable<Cell> Cells(RunReport report)
    {
        foreach (var e in report.Evaluations)
        {
            Cell Of(string metric, Estimate? estimate) => new(e.Model, e.Task, e.Level, metric, estimate, e.Seeds.Count);
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
            yield return new Cell(mean.Model, "", mean.Group, "mean_accuracy", mean.Accuracy, report.Run.Seeds.Count);
        }

        foreach (var family in report.Families)
        {
            yield return new Cell(family.Model, family.Group, "", "mean_accuracy", family.Accuracy, report.Run.Seeds.Count);
        }

        foreach (var forced in report.ForcedFamilies)
        {
            yield return new Cell(forced.Model, forced.Group, "", "mean_forced_accuracy", forced.Forced, report.Run.Seeds.Count);
            yield return new Cell(forced.Model, forced.Group, "", "mean_forced_difference", forced.Difference, report.Run.Seeds.Count);
        }
    }

    private static string Number(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    internal static void Line(StringBuilder text, params string[] fields) =>
        text.AppendJoin(',', fields.Select(f => f.AsSpan().IndexOfAny(",\"\r\n") < 0 ? f : $"\"{f.Replace("\"", "\"\"")}\"")).Append('\n');

    private sealed record Cell(string Model, string Task, string Level, string Metric, Estimate? Estimate, int Seeds)
    {
        /// <summary>Null: all seeds together.</summary>
        public long? Seed { get; init; }
    }
}
