using SkillFactory.Primitives.Errors;

namespace SkillFactory.Tables.Rows;

/// <summary>What is wrong with one row of a user's file.</summary>
/// <param name="Place">"file:line" or "file, row N", counted from 1.</param>
/// <param name="Column">The column, or empty when it is the whole row.</param>
/// <param name="Found">What stands there.</param>
/// <param name="Expected">What should.</param>
public sealed record RowProblem(string Place, string Column, string Found, string Expected)
{
    public UserErrorException ToError() => new(ToString());

    /// <summary>"data.jsonl:17: column 'answer': found null; expected text".</summary>
    public override string ToString() => $"{Place}: {(Column.Length > 0 ? $"column '{Column}': " : "")}found {Found}; expected {Expected}";
}

/// <summary>Thrown while a row is read; whoever reads the file decides whether it stops there or leaves the row out.</summary>
public sealed class BadRowException(RowProblem problem) : Exception(problem.ToString())
{
    public RowProblem Problem { get; } = problem;
}
