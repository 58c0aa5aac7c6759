using System.Globalization;
using System.Text;
using System.Text.Json;
using SkillFactory.Core.Recipes;
using SkillFactory.Data.Rollouts;
using SkillFactory.Grading;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>Reads the rollouts of a run (see <see cref="RolloutParquet"/>), as Parquet or as JSON lines with the same columns. Traces are
/// built from the stages <c>sample</c> and <c>reflect</c>; rows of other stages are ignored.</summary>
internal sealed class RolloutRows : ISourceRows
{
    private const string Stage = "stage";
    private const string Prompt = "prompt";
    private const string Opening = "opening";
    private const string Canonical = "canonical";
    private const string WeightsVersion = "weights_version";

    private static readonly IReadOnlyList<string> Identifying = ["question_id", "id", "variant", "response", "outcome"];

    /// <summary>Names of all columns that are read.</summary>
    public static IEnumerable<string> All =>
        [.. Identifying, Stage, Prompt, Canonical, "parent", "extracted", Opening, "task", "level", WeightsVersion, "model", "gold"];

    /// <summary>Whether a file with these columns holds rollouts.</summary>
    public static bool IsIn(IReadOnlyCollection<string> names) => Identifying.All(names.Contains);

    public bool TryRead(TableRow row, out SourceFields fields)
    {
        if (
            row.TryGet(Stage, out var stage)
            && stage.Kind == JsonValueKind.String
            && Text(row, Stage, stage) is not (StageNames.Sample or StageNames.Reflect)
        )
        {
            fields = default;
            return false;
        }

        if (
            Optional(row, WeightsVersion) is { Column: not null, Value: var version }
            && !(
                version.Kind is JsonValueKind.String or JsonValueKind.Number
                && long.TryParse(Text(row, WeightsVersion, version), CultureInfo.InvariantCulture, out _)
            )
        )
        {
            throw row.Bad(WeightsVersion, version, "a whole number");
        }

        fields = new SourceFields
        {
            Question = Required(row, "question_id"),
            Id = Required(row, "id"),
            Parent = Optional(row, "parent"),
            Prompt = Optional(row, Prompt),
            Variant = Required(row, "variant"),
            Response = Required(row, "response"),
            Opening = Optional(row, Opening),
            Outcome = OutcomeOf(row),
            Extracted = Optional(row, "extracted"),
            Canonical = Optional(row, Canonical),
            Gold = Optional(row, "gold"),
            Task = Optional(row, "task"),
            Level = Optional(row, "level"),
            Model = Optional(row, "model"),
            WeightsVersion = Optional(row, WeightsVersion),
        };
        return true;
    }

    private static Outcome OutcomeOf(TableRow row)
    {
        var word = Text(row, "outcome", row.Get("outcome", "text"));
        return Enum.TryParse<Outcome>(word, out var outcome) && Enum.IsDefined(outcome) && !char.IsAsciiDigit(word[0])
            ? outcome
            : throw row.Bad("outcome", TableRow.Quoted(word), $"one of {string.Join(", ", Enum.GetNames<Outcome>())}");
    }

    private static string Text(TableRow row, string column, in RowValue value) => Encoding.UTF8.GetString(row.Utf8Of(column, value));

    private static SourceField Required(TableRow row, string column) => new SourceField(column, row.Get(column, "text"));

    private static SourceField Optional(TableRow row, string column) =>
        row.TryGet(column, out var value) && value.Kind != JsonValueKind.Null ? new SourceField(column, value) : default;
}
