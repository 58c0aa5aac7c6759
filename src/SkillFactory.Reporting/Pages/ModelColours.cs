using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Pages;

/// <summary>Colours of models, the same in every plot. The base model is grey and every arm has one colour. Earlier checkpoints of an arm
/// are hollow.</summary>
internal sealed class ModelColours(RunReport report)
{
    private readonly List<string> _arms =
    [
        .. report.Models.Where(m => m.Arm.Length > 0).Select(m => m.Arm).Concat(report.Curves.Select(c => c.Arm)).Distinct(),
    ];

    public string ColourOf(string arm) => arm.Length == 0 ? "k0" : $"k{(_arms.IndexOf(arm) % ReportStyle.ArmColours) + 1}";

    /// <summary>Whether the model is an earlier checkpoint of an arm.</summary>
    public static bool IsIntermediate(ReportedModel model) => model.Arm.Length > 0 && !model.Final;

    /// <summary>A legend of arms.</summary>
    /// <param name="entries">Display name and arm of each entry.</param>
    public Markup Legend(IEnumerable<(string Label, string Arm)> entries)
    {
        var html = new HtmlWriter().Add("<ul class=\"legend\">");
        foreach (var (label, arm) in entries)
        {
            html.Add(LegendEntry(ColourOf(arm), label));
        }

        return html.Add("</ul>").ToMarkup();
    }

    public static Markup LegendEntry(string colour, string label) =>
        HtmlWriter.Of($"<li><span class=\"dot\" style=\"border-color:var(--{colour});background:var(--{colour})\"></span>{label}</li>");
}
