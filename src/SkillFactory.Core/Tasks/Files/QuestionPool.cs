using SkillFactory.Tables.Rows;

namespace SkillFactory.Core.Tasks.Files;

/// <summary>The questions of a user's files with their splits.</summary>
/// <param name="Questions">The questions in the order of the files.</param>
/// <param name="SkippedRows">The rows that were skipped, with reasons.</param>
public sealed record QuestionPool(IReadOnlyList<PooledQuestion> Questions, IReadOnlyList<RowProblem> SkippedRows)
{
    public IEnumerable<PooledQuestion> Of(Split split) => Questions.Where(q => q.Split == split);
}
