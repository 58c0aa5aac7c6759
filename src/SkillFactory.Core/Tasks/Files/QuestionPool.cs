using SkillFactory.Tables.Rows;

namespace SkillFactory.Core.Tasks.Files;

/// <summary>The questions of a user's files, each in its split.</summary>
/// <param name="Questions">In the order of the files.</param>
/// <param name="SkippedRows">Rows that were skipped, and why.</param>
public sealed record QuestionPool(IReadOnlyList<PooledQuestion> Questions, IReadOnlyList<RowProblem> SkippedRows)
{
    public IEnumerable<PooledQuestion> Of(Split split) => Questions.Where(q => q.Split == split);
}

/// <param name="Content">What the row says.</param>
/// <param name="Place">"file:line" or "file, row N".</param>
public sealed record PooledQuestion(QuestionIdentity Identity, Split Split, FileQuestion Content, string Place);

/// <summary>A row as a question.</summary>
/// <param name="Canonical">What makes it this question and no other, e.g. its text without regard to white space.</param>
/// <param name="Standard">Its text in the standard wording.</param>
/// <param name="Compact">Its text in the compact wording.</param>
/// <param name="Gold">In the task's notation.</param>
public sealed record FileQuestion(string Canonical, string Standard, string Compact, string Gold);
