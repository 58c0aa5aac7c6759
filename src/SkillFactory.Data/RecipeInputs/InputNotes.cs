using SkillFactory.Core.Recipes;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.RecipeInputs;

/// <summary>What the user should know about the data files of a recipe before it starts: rows that were skipped, and columns without a
/// use.</summary>
internal sealed class InputNotes
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines => _lines;

    /// <param name="file">The file.</param>
    /// <param name="bad">Rows that cannot be used and are skipped.</param>
    /// <param name="repeated">Rows that repeat another and are skipped.</param>
    /// <param name="unused">Columns without a use, with the number of rows in which they hold something.</param>
    public void Add(string file, BadRows bad, long repeated, IReadOnlyDictionary<string, long> unused)
    {
        if (bad.Count > 0)
        {
            _lines.Add($"{file}: {Rows(bad.Count)} cannot be used and {Are(bad.Count)} skipped (badRows: skip):");
            _lines.AddRange(bad.Lines());
        }

        if (repeated > 0)
        {
            _lines.Add($"{file}: {Rows(repeated)} {(repeated == 1 ? "repeats" : "repeat")} another and {Are(repeated)} skipped");
        }

        if (unused.Count > 0)
        {
            _lines.Add($"{file}: not used: {string.Join(", ", unused.Select(c => $"{c.Key} ({Rows(c.Value)})"))}");
        }
    }

    /// <summary>Says that system messages of imported traces are replaced.</summary>
    public void AddReplacedSystem(ImportedTraceSettings given, long rows)
    {
        if (rows > 0 && given.Prompt == RecipeValues.AskedAsOriginal)
        {
            _lines.Add($"{given.File}: the system message of {Rows(rows)} is not used (given.prompt: {RecipeValues.AskedAsGiven} uses it)");
        }
    }

    private static string Are(long rows) => rows == 1 ? "is" : "are";

    private static string Rows(long count) => count == 1 ? "1 row" : $"{count:#,0} rows";
}
