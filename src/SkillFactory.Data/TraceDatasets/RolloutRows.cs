using System.Globalization;
using System.Text.Json;
using SkillFactory.Core.Recipes;
using SkillFactory.Data.Rollouts;
using SkillFactory.Grading;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>Rows of a run's own rollouts (see <see cref="RolloutParquet"/>), as Parquet or as JSON lines with the same columns. Only what
/// was sampled and what judges it makes traces; rows of other stages are passed over.</summary>
internal sealed class RolloutRows : ISourceRows
{
    private const string Stage = "stage";
    private const string Prompt = "prompt";
    private const string Canonical = "canonical";

    private static readonly IReadOnlyList<string> Telling = ["question_id", "id", "variant", "response", "outcome"];

    /// <summary>Every name that may be asked for.</summary>
    public static IEnumerable<string> All =>
        [.. Telling, Stage, Prompt, Canonical, "parent", "extracted", "task", "level", "weights_version", "model", "gold"];

    /// <summary>Whether a file with these columns holds rollouts.</summary>
    public static bool IsIn(IReadOnlyCollection<string> names) => Telling.All(names.Contains);

    public bool TryRead(RowCells row, out SourceFields fields)
    {
        if (
            row.TryFind(Stage, out var stage)
            && stage.Kind == JsonValueKind.String
            && row.Text(Stage) is not (StageNames.Sample or StageNames.Reflect)
        )
        {
            fields = default;
            return false;
        }

        if (
            Optional(row, "weights_version") is { Column: not null, Value: var version }
            && !(
                version.Kind is JsonValueKind.String or JsonValueKind.Number
                && long.TryParse(row.Text("weights_version"), CultureInfo.InvariantCulture, out _)
            )
        )
        {
            throw row.Bad("weights_version", version, "a whole number");
        }

        fields = new SourceFields
        {
            Question = Needed(row, "question_id"),
            Id = Needed(row, "id"),
            Parent = Optional(row, "parent"),
            Prompt = Optional(row, Prompt),
            Variant = Needed(row, "variant"),
            Response = Needed(row, "response"),
            Outcome = OutcomeOf(row),
            Extracted = Optional(row, "extracted"),
            Canonical = Optional(row, Canonical),
            Gold = Optional(row, "gold"),
            Task = Optional(row, "task"),
            Level = Optional(row, "level"),
            Model = Optional(row, "model"),
            WeightsVersion = Optional(row, "weights_version"),
        };
        return true;
    }

    private static Outcome OutcomeOf(RowCells row)
    {
        var word = row.Text("outcome");
        return Enum.TryParse<Outcome>(word, out var outcome) && Enum.IsDefined(outcome) && !char.IsAsciiDigit(word[0])
            ? outcome
            : throw row.Bad("outcome", TableRow.Quoted(word), $"one of {string.Join(", ", Enum.GetNames<Outcome>())}");
    }

    private static SourceField Needed(RowCells row, string column) => new SourceField(column, row.Value(column, "text"));

    private static SourceField Optional(RowCells row, string column) =>
        row.TryFind(column, out var value) && value.Kind != JsonValueKind.Null ? new SourceField(column, value) : default;
}
