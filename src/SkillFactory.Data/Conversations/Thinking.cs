using SkillFactory.Grading;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.Conversations;

/// <summary>The thinking of a response in a column of its own, as reasoning models' APIs and data sets of their outputs have it.</summary>
internal static class Thinking
{
    /// <summary>Names of the column: of DeepSeek, Qwen and Axolotl; of vLLM and OpenRouter; of gpt-oss and TRL.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["reasoning_content", "reasoning", "thinking"];

    /// <summary>Columns that hold thinking in a form that is not read: of OpenRouter, Gemini and Anthropic.</summary>
    public static IReadOnlyList<string> Unread { get; } = ["reasoning_details", "thinking_blocks", "thought", "thoughts"];

    /// <summary>What a column of <see cref="Unread"/> is expected to hold.</summary>
    public const string NotRead = "nothing: thinking is read as text from 'reasoning_content', 'reasoning' or 'thinking'";

    /// <summary>The response with its thinking in front, in the layout of Qwen3's chat template.</summary>
    /// <param name="column">The column of the thinking.</param>
    /// <exception cref="BadRowException">The response has another thinking.</exception>
    public static string Join(TableRow row, string column, string thinking, string response)
    {
        var text = thinking.Trim();
        var isMarked = Tags.Markup.Take(2).Any(tag => response.Contains(tag, StringComparison.Ordinal));
        if (text.Length == 0 || (isMarked && response.Contains(text, StringComparison.Ordinal)))
        {
            return response;
        }

        return isMarked
            ? throw row.Bad(column, TableRow.Quoted(text), $"nothing, as the response has another thinking in {Tags.Open(Tags.Think)} tags")
            : $"{Tags.Open(Tags.Think)}\n{text}\n{Tags.Close(Tags.Think)}\n\n{response.TrimStart()}";
    }
}
