using System.Text.Json;
using SkillFactory.Core.Traces;
using SkillFactory.Data.Conversations;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.ImportedTraces;

/// <summary>
/// Reads a row as one question with one response. The row is a conversation (see <see cref="ConversationFiles"/>), has a prompt and a
/// completion as lists of turns (TRL), or has the question and the response as texts in two columns (also Alpaca: instruction, input,
/// output). What would change the training and is not supported is refused: earlier turns, tools, media, and marks of loss that differ
/// from loss on the response alone.
/// </summary>
internal static class ImportedTraceReader
{
    private const string Instruction = "instruction";
    private const string Input = "input";

    private static readonly string[] QuestionNames = ["question", "prompt", "problem", Instruction];
    private static readonly string[] ResponseNames = ["response", "completion", "output", "solution", "trace"];
    private static readonly string[] GoldNames = ["gold", "answer", "ground_truth"];

    /// <summary>Columns that belong to the prompt and cannot be trained under here.</summary>
    private static readonly (string Column, string Expected)[] Refused =
    [
        ("history", "nothing: earlier turns are not trained on here, only one question and one response"),
        ("context", "nothing: write it into the question, or rename the column when it is not part of the prompt"),
        ("system_prompt", "nothing: the column of the system message is 'system'"),
        ("tools", "nothing: tools are not supported"),
        ("functions", "nothing: tools are not supported"),
        ("images", "nothing: only text is supported"),
        ("videos", "nothing: only text is supported"),
        ("audios", "nothing: only text is supported"),
    ];

    /// <param name="unused">Columns that hold something and are not used.</param>
    /// <exception cref="BadRowException">The row cannot be used.</exception>
    public static ImportedTrace Read(TableRow row, ImportedTraceColumns columns, out IEnumerable<string> unused)
    {
        var reads = new ColumnReads(row);
        CheckMarks(reads, columns);
        var gold =
            columns.Gold is not null ? row.Text(columns.Gold, Value(reads, columns.Gold, "a gold answer"))
            : GoldNames.FirstOrDefault(reads.Has) is { } found ? row.Text(found, Value(reads, found, "a gold answer"))
            : null;
        var trace =
            columns.Question is null && columns.Response is null && ConversationReader.TurnColumns.Any(reads.Has)
                ? OfConversation(reads, ConversationReader.Read(reads), ConversationReader.TurnColumns.First(reads.Has))
                : OfColumns(reads, columns);
        unused = reads.Unused;
        return trace with { Gold = gold };
    }

    private static void CheckMarks(ColumnReads reads, ImportedTraceColumns columns)
    {
        var row = reads.Row;
        foreach (var (column, expected) in Refused.Where(r => !IsNamed(r.Column, columns)))
        {
            if (reads.Find(column) is { } value && ColumnReads.HasContent(value))
            {
                throw row.Bad(column, TableRow.Describe(value), expected);
            }
        }

        foreach (var mark in LossMarks.OfParts.Where(m => !IsNamed(m, columns)))
        {
            if (reads.Find(mark) is { } value && ColumnReads.HasContent(value))
            {
                throw row.Bad(mark, TableRow.Describe(value), "nothing: loss on parts of a response is not supported");
            }
        }

        foreach (var column in Thinking.Unread.Where(c => !IsNamed(c, columns)))
        {
            if (
                row.Find(column) is { } value
                && ColumnReads.HasContent(value)
                && !Thinking.Columns.Any(c => row.Find(c) is { } known && ColumnReads.HasContent(known))
            )
            {
                throw row.Bad(column, TableRow.Describe(value), Thinking.NotRead);
            }
        }

        if (
            !IsNamed(LossMarks.Label, columns)
            && row.Find(LossMarks.Label) is { ValueKind: JsonValueKind.True or JsonValueKind.False } label
        )
        {
            reads.Find(LossMarks.Label);
            LossMarks.Check(row, LossMarks.Label, label, carriesLoss: true);
        }

        foreach (var mark in LossMarks.OfRows.Where(m => !IsNamed(m, columns)))
        {
            if (reads.Find(mark) is { } value)
            {
                LossMarks.Check(row, mark, value, carriesLoss: true);
            }
        }
    }

    private static ImportedTrace OfConversation(ColumnReads reads, Conversation conversation, string column)
    {
        var turns = conversation.Turns;
        var system = turns[0].Role == ConversationRoles.System ? turns[0].Content : null;
        if (turns.Skip(system is null ? 0 : 1).ToList() is not [var question, var response])
        {
            throw reads.Row.Bad(column, $"the turns {string.Join(", ", turns.Select(t => t.Role))}", "one question and one response");
        }

        return new ImportedTrace(
            reads.Row.Place,
            reads.Row.Number,
            system,
            NotEmpty(reads.Row, column, question.Content, "a question"),
            WithThinking(reads, NotEmpty(reads.Row, column, response.Content, "a response"), new ImportedTraceColumns()),
            null
        );
    }

    private static ImportedTrace OfColumns(ColumnReads reads, ImportedTraceColumns columns)
    {
        var row = reads.Row;
        var (asked, answered) = (columns.Question ?? NameOf(reads, QuestionNames), columns.Response ?? NameOf(reads, ResponseNames));
        var (question, response) = (Value(reads, asked, "a question"), Value(reads, answered, "a response"));
        if (question.ValueKind == JsonValueKind.Array && response.ValueKind == JsonValueKind.Array)
        {
            List<ConversationTurn> turns =
            [
                .. ConversationReader.Turns(reads, asked, question),
                .. ConversationReader.Turns(reads, answered, response),
            ];
            return OfConversation(reads, ConversationReader.Read(reads, answered, turns), answered);
        }

        return new ImportedTrace(
            row.Place,
            row.Number,
            reads.Text(ConversationRoles.System),
            WithInput(reads, asked, columns, NotEmpty(row, asked, row.Text(asked, question, "a question"), "a question")),
            WithThinking(reads, NotEmpty(row, answered, row.Text(answered, response, "a response"), "a response"), columns),
            null
        );
    }

    /// <summary>The instruction with its input on the next line, as LLaMA-Factory joins them.</summary>
    private static string WithInput(ColumnReads reads, string asked, ImportedTraceColumns columns, string question)
    {
        // If the user names another column, the input is one of the columns without a use.
        if (IsNamed(Input, columns) || (asked != Instruction && columns.Question is not null) || reads.Text(Input) is not { } input)
        {
            return question;
        }

        return asked == Instruction
            ? $"{question}\n{input}"
            : throw reads.Row.Bad(
                Input,
                TableRow.Quoted(input),
                $"nothing beside the column '{asked}' (questionColumn names the column of the question)"
            );
    }

    private static string WithThinking(ColumnReads reads, string response, ImportedTraceColumns columns)
    {
        foreach (var column in Thinking.Columns.Where(c => !IsNamed(c, columns)))
        {
            if (reads.Row.Find(column) is { ValueKind: JsonValueKind.String } && reads.Text(column) is { } thinking)
            {
                response = Thinking.Join(reads.Row, column, thinking, response);
            }
        }

        return response;
    }

    private static bool IsNamed(string column, ImportedTraceColumns columns) =>
        column == columns.Question || column == columns.Response || column == columns.Gold;

    /// <summary>The first of the common names that the row has; if it has none, the first, for the error message.</summary>
    private static string NameOf(ColumnReads reads, string[] names) => names.FirstOrDefault(reads.Has) ?? names[0];

    private static JsonElement Value(ColumnReads reads, string column, string expected)
    {
        reads.Find(column);
        return reads.Row.Value(column, expected);
    }

    private static string NotEmpty(TableRow row, string column, string text, string expected) =>
        string.IsNullOrWhiteSpace(text) ? throw row.Bad(column, "empty text", expected) : text;
}
