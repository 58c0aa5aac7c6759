using SkillFactory.Primitives.Errors;

namespace SkillFactory.Tables.Rows;

/// <summary>A problem with one row of a user's file.</summary>
/// <param name="Place">"file:line" or "file, row N", counted from 1.</param>
/// <param name="Column">The column; empty if the problem concerns the whole row.</param>
/// <param name="Found">Description of the content.</param>
/// <param name="Expected">Description of valid content.</param>
public sealed record RowProblem(string Place, string Column, string Found, string Expected)
{
    public UserErrorException ToError() => new(ToString());

    /// <summary>"data.jsonl:17: column 'answer': found null; expected text".</summary>
    public override string ToString() => $"{Place}: {(Column.Length > 0 ? $"column '{Column}': " : "")}found {Found}; expected {Expected}";
}

/// <summary>A row cannot be used. The caller decides whether to stop or to skip the row.</summary>
public sealed class BadRowException(RowProblem problem) : Exception(problem.ToString())
{
    public RowProblem Problem { get; } = problem;
}
