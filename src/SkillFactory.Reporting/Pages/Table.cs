using SkillFactory.Reporting.Pages.Plots;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Pages;

/// <summary>A table with a caption, column heads and row heads, in a frame that scrolls on narrow screens. Rows and columns without content
/// are left out, and so is a table without rows.</summary>
/// <param name="columns">Column heads. The first columns name the row.</param>
/// <param name="names">Number of columns that name the row.</param>
internal sealed class Table(string caption, IReadOnlyList<string> columns, int names = 1)
{
    private readonly List<Row> _rows = [];

    /// <summary>Begins a group of rows.</summary>
    public Table Group(string title)
    {
        _rows.Add(new Row(RowKind.Group, [Cell.Text(title)]));
        return this;
    }

    /// <summary>Adds a row.</summary>
    /// <param name="head">The head of the row, in the first column.</param>
    /// <param name="cells">One cell for every other column.</param>
    public Table Add(string head, params IEnumerable<Cell> cells) => Add(Cell.Text(head), cells);

    /// <inheritdoc cref="Add(string, IEnumerable{Cell})"/>
    public Table Add(Cell head, params IEnumerable<Cell> cells) => Add(RowKind.Data, head, cells);

    /// <summary>Adds a row of remarks about the columns. It is no content of its own.</summary>
    public Table AddFoot(string head, params IEnumerable<Cell> cells) => Add(RowKind.Foot, Cell.Text(head), cells);

    /// <summary>Adds the rows of each level as a group. A level without rows gets no group.</summary>
    public Table AddByLevel<T>(RunReport report, IEnumerable<T> items, Func<T, (string Task, string Level)> levelOf, Action<Table, T> add)
    {
        var byLevel = items.ToLookup(levelOf);
        foreach (var level in report.Levels)
        {
            Group(level.Label);
            foreach (var item in byLevel[(level.Task, level.Level)])
            {
                add(this, item);
            }
        }

        return this;
    }

    public Markup Draw()
    {
        var rows = Shown();
        var data = rows.Where(r => r.Kind == RowKind.Data).ToList();
        if (data.Count == 0)
        {
            return Markup.None;
        }

        var shown = Enumerable.Range(0, columns.Count).Where(c => c == 0 || data.Any(r => !r.Cells[c].IsEmpty)).ToList();
        var html = new HtmlWriter();
        html.Add(
            $"<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{PlotScale.Shorten(caption, 80)}\"><table>"
                + $"<caption><span>{caption}</span></caption><thead><tr>"
        );
        foreach (var column in shown)
        {
            html.Add($"<th scope=\"col\"{Alignment(column < names || data.Exists(r => r.Cells[column].IsText))}>{columns[column]}</th>");
        }

        html.Add("</tr></thead><tbody>");
        foreach (var row in rows)
        {
            html.Add(row.Kind == RowKind.Group ? DrawGroup(row, shown.Count) : Draw(row, shown));
        }

        return html.Add("</tbody></table></div>").ToMarkup();
    }

    private Table Add(RowKind kind, Cell head, IEnumerable<Cell> cells)
    {
        var row = new Row(kind, [head, .. cells]);
        if (row.Cells.Count != columns.Count)
        {
            throw new ArgumentException($"the row has {row.Cells.Count} cells; the table has {columns.Count} columns", nameof(cells));
        }

        _rows.Add(row);
        return this;
    }

    /// <summary>The rows with content, and the groups that still have rows.</summary>
    private List<Row> Shown()
    {
        var rows = _rows.Where(r => r.Kind != RowKind.Data || r.Cells.Skip(names).Any(c => !c.IsEmpty)).ToList();
        return
        [
            .. rows.Index()
                .Where(r => r.Item.Kind != RowKind.Group || rows.ElementAtOrDefault(r.Index + 1)?.Kind == RowKind.Data)
                .Select(r => r.Item),
        ];
    }

    private static Markup DrawGroup(Row row, int width) =>
        HtmlWriter.Of($"<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"{width}\"><span>{row.Cells[0].Content}</span></th></tr>");

    private static Markup Draw(Row row, IReadOnlyList<int> shown)
    {
        var html = new HtmlWriter();
        html.Add($"<tr{(row.Kind == RowKind.Foot ? new Markup(" class=\"foot\"") : Markup.None)}>");
        html.Add($"<th scope=\"row\">{row.Cells[0].Content}</th>");
        foreach (var cell in shown.Skip(1).Select(c => row.Cells[c]))
        {
            html.Add($"<td{Alignment(cell.IsText)}>{cell.Content}</td>");
        }

        return html.Add("</tr>").ToMarkup();
    }

    private static Markup Alignment(bool left) => left ? new Markup(" class=\"l\"") : Markup.None;

    private enum RowKind
    {
        Data,
        Group,
        Foot,
    }

    private sealed record Row(RowKind Kind, IReadOnlyList<Cell> Cells);
}
