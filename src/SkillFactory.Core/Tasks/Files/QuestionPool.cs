namespace SkillFactory.Core.Tasks.Files;

/// <summary>The questions of a user's files with their splits.</summary>
/// <param name="Questions">The questions in the order of the files.</param>
/// <param name="Files">What was read from each file.</param>
public sealed record QuestionPool(IReadOnlyList<PooledQuestion> Questions, IReadOnlyList<QuestionFileCounts> Files)
{
    public IEnumerable<PooledQuestion> Of(Split split) => Questions.Where(q => q.Split == split);
}
