using System.Text.Json;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.Conversations;

/// <summary>Marks that say whether a text carries loss. Here the response carries loss and the question does not; marks that say otherwise
/// are refused.</summary>
internal static class LossMarks
{
    /// <summary>Marks of a turn: of OpenAI's fine-tuning format (0 or 1), of Axolotl, and of ms-swift.</summary>
    public static IReadOnlyList<string> OfTurns { get; } = ["weight", "train", "training", "trainable", "loss"];

    /// <summary>Marks of a whole row: its weight, and LLaMA-Factory's and TRL's marks of undesired responses.</summary>
    public static IReadOnlyList<string> OfRows { get; } = ["weight", "loss_weight", "sample_weight", "kto_tag"];

    /// <summary>Marks of parts of a response.</summary>
    public static IReadOnlyList<string> OfParts { get; } = ["train_detail", "training_detail", "loss_mask", "loss_scale", "mask"];

    /// <summary>The mark of TRL's KTO data: false for an undesired response. As text it is a column like any other.</summary>
    public const string Label = "label";

    /// <param name="column">The column or member of the mark.</param>
    /// <param name="carriesLoss">Whether the text carries loss here.</param>
    /// <exception cref="BadRowException">The mark says otherwise, or is of another form.</exception>
    public static void Check(TableRow row, string column, JsonElement mark, bool carriesLoss)
    {
        var says = mark.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number when mark.TryGetDouble(out var number) && number is 0 or 1 => number.Equals(1.0),
            JsonValueKind.String when mark.ValueEquals("1") || mark.ValueEquals("0") => mark.ValueEquals("1"),
            _ => throw row.Bad(column, TableRow.Describe(mark), "0 or 1: other weights are not supported"),
        };
        if (says != carriesLoss)
        {
            throw row.Bad(
                column,
                TableRow.Describe(mark),
                carriesLoss
                    ? "1 or nothing: this is the response, and without loss on it nothing of the row is trained on"
                    : "0 or nothing: only the response is trained on"
            );
        }
    }
}
