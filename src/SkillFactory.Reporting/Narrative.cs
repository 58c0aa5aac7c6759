using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Grading;

namespace SkillFactory.Reporting;

/// <summary>What the figures say, in sentences, and what to bear in mind.</summary>
internal static class Narrative
{
    private const int FewQuestions = 50;
    private const double ManyCut = 0.1;

    public static IReadOnlyList<string> Summary(RunReport report, Recipe recipe)
    {
        var sentences = new List<string>();
        var start = report.Levels.FirstOrDefault(l => l.Trained && !l.Harder) ?? (report.Levels.Count > 0 ? report.Levels[0] : null);
        if (start is not null)
        {
            var parts = report
                .Models.Select(m => (m.Label, report.Find(m.Key, start)?.Pooled.Accuracy))
                .Where(m => m.Accuracy is not null)
                .Select(m => $"{m.Label} {Figures.Percent(m.Accuracy)}");
            sentences.Add(
                $"Accuracy on {(recipe.Evaluation.Split == RecipeValues.ValidationSplit ? "validation questions of" : "held-out")} {start.Label}, in percent with {100 * report.Run.Confidence:0.#} % intervals: {string.Join(", ", parts)}."
            );
        }

        // The paper's question: the arm with both stages against the arm with GRPO alone. Baselines have both too; the method alone judges its attempts.
        var method = recipe
            .Arms.Where(a => a.Stages.Contains(StageNames.Sft) && a.Stages.Contains(StageNames.Grpo))
            .OrderByDescending(a => a.Stages.Contains(StageNames.Reflect))
            .FirstOrDefault()
            ?.Name;
        var final = method is null ? null : $"{method}/{EvaluatedModels.FinalCheckpoint(recipe, method)}";
        var grpoOnly = recipe
            .Arms.Where(a => a.Stages.Contains(StageNames.Grpo) && !a.Stages.Contains(StageNames.Sft))
            .Select(a => a.Name)
            .ToHashSet();
        var ofInterest = report
            .Verdicts.Where(v => v.Harder && v.Left == final && report.Models.Any(m => m.Key == v.Right && grpoOnly.Contains(m.Arm)))
            .ToList();
        foreach (var group in ofInterest.GroupBy(v => (v.Basis, v.Right, v.Choice)))
        {
            var left = report.LabelOf(group.First().Left);
            var right =
                report.LabelOf(group.Key.Right)
                + (
                    group.Key.Choice switch
                    {
                        Comparisons.Reflection => " with best of n by the base's own reflections",
                        Comparisons.ReflectionInTurn => " answering until the base's own reflection says Correct",
                        Comparisons.Majority => " with a majority of n",
                        _ => "",
                    }
                );
            var clauses = new List<string>();
            Add(clauses, left + " is ahead", group.Where(v => v.ToldApart && v.Difference.Value > 0));
            Add(clauses, right + " is ahead", group.Where(v => v.ToldApart && v.Difference.Value < 0));
            Add(clauses, "they cannot be told apart", group.Where(v => !v.ToldApart));
            sentences.Add($"On harder levels, {Verdicts.Words(group.Key.Basis)}, {left} against {right}: {string.Join("; ", clauses)}.");
        }

        foreach (var model in report.Models.Where(m => m.Checkpoint != Checkpoints.Base))
        {
            if (
                start is not null
                && report.Skills.FirstOrDefault(s => s.Model == model.Key && s.Task == start.Task && s.Level == start.Level)
                    is { Figures: { StopAfterCorrect: not null, StopAfterIncorrect: not null, WellFormed: { Value: > 0 } } skill }
            )
            {
                sentences.Add(
                    $"{model.Label} on {start.Label}: {Figures.Percent(skill.WellFormed?.Value)} % well-formed traces; it stops after {Figures.Percent(skill.StopAfterCorrect?.Value)} % of its Correct verdicts and after {Figures.Percent(skill.StopAfterIncorrect?.Value)} % of its Incorrect ones."
                );
            }
        }

        return sentences;
    }

    public static IReadOnlyList<string> Caveats(RunReport report)
    {
        var caveats = new List<string>();
        if (!report.Run.Complete)
        {
            caveats.Add("Made while the run was not finished: stages are missing.");
        }

        caveats.Add(
            report.Run.Seeds.Count == 1
                ? "One seed. The intervals are over questions; how much another training run would differ is not in them."
                : $"{report.Run.Seeds.Count} seeds, pooled. The intervals are over questions unless said otherwise; those over seeds and questions stand beside them, and from so few seeds they are rough."
        );
        caveats.Add(
            "Each interval stands for itself. The p values of comparisons are corrected for their number (Holm), within two families: between arms, and between the stages of an arm."
                + (
                    report.Run.Seeds.Count > 1
                        ? " They test these trained models on such questions, not what another training run would give."
                        : ""
                )
        );
        if (report.Verdicts.Count > 0)
        {
            if (!report.Verdicts.Any(v => v.Basis == Comparisons.EqualTrainingTokens))
            {
                caveats.Add(
                    "No two arms spent equal training tokens (within a tenth), so nothing here compares them at equal training cost."
                );
            }

            if (!report.Verdicts.Any(v => v.Basis == Comparisons.EqualInferenceTokens))
            {
                caveats.Add("Nothing here compares arms at equal inference tokens: longer responses may explain a difference.");
            }
        }

        caveats.AddRange(
            report
                .Gates.Where(g => !g.Held)
                .Select(g =>
                    $"SFT of {g.Arm}, seed {g.Seed}, did not reach its gate after {g.Extensions} extension{(g.Extensions == 1 ? "" : "s")}: P(stop | Correct) {Figures.Number(g.StopAfterCorrect?.Value, 3)} (limit {Figures.Number(g.MinStopAfterCorrect, 2)}), P(stop | Incorrect) {Figures.Number(g.StopAfterIncorrect?.Value, 3)} (limit {Figures.Number(g.MaxStopAfterIncorrect, 2)}){(g.MinWellFormed is { } least ? $", well-formed {Figures.Number(g.WellFormed?.Value, 3)} (limit {Figures.Number(least, 2)})" : "")}."
                )
        );
        Each(caveats, $"More than {100 * ManyCut:0} % of the responses hit the length limit and count as not correct", report, c =>
            c.Pooled.Finished is { } f && 1 - f.Value > ManyCut ? $"{Figures.Percent(1 - f.Value)} %" : null
        );
        Each(caveats, "Responses that could not be scored are left out", report, c =>
            c.Pooled.Outcomes.GetValueOrDefault(Outcome.Unscored) is > 0 and var unscored ? $"{unscored}" : null
        );
        if (report.Evaluations.Count > 0 && report.Evaluations.Min(e => e.Pooled.Questions) is < FewQuestions and var fewest)
        {
            caveats.Add($"Some levels rest on {fewest} questions only; intervals of so few are rough.");
        }

        if (report.Run.ReusedWallSeconds > 0)
        {
            caveats.Add(
                $"Stages worth {Figures.Duration(report.Run.ReusedWallSeconds)} existed already and were reused; their times are those of the run that made them."
            );
        }

        return caveats;
    }

    /// <summary>One sentence over all cells that <paramref name="of"/> says something about.</summary>
    private static void Each(List<string> caveats, string what, RunReport report, Func<EvaluationCell, string?> of)
    {
        var cells = report
            .Evaluations.Select(c => (Cell: c, Found: of(c)))
            .Where(c => c.Found is not null)
            .GroupBy(c => c.Cell.Model, c => $"{c.Cell.Task.Replace('_', ' ')} {c.Cell.Level} ({c.Found})")
            .Select(g => $"{report.LabelOf(g.Key)} on {string.Join(", ", g)}")
            .ToList();
        if (cells.Count > 0)
        {
            caveats.Add($"{what}: {string.Join("; ", cells)}.");
        }
    }

    private static void Add(List<string> clauses, string what, IEnumerable<LevelVerdict> verdicts)
    {
        var levels = verdicts.Select(v => $"{v.Task.Replace('_', ' ')} {v.Level} ({Figures.Points(v.Difference)})").ToList();
        if (levels.Count > 0)
        {
            clauses.Add($"{what} on {string.Join(", ", levels)}");
        }
    }
}
