using SkillFactory.Core.Traces;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>Counts of the input and the output of a dataset.</summary>
public sealed record DatasetCounts
{
    private readonly SortedDictionary<(string Format, int Attempts), long> _traces = [];

    /// <summary>Names of the files read.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    public long Rows { get; init; }

    /// <summary>Rows that the selection excludes, or from which traces are not built.</summary>
    public long RowsNotSelected { get; init; }

    /// <summary>Rows and whole questions that could not be used.</summary>
    public long Skipped { get; init; }

    /// <summary>Rows of rollouts that repeat another in full.</summary>
    public long Repeated { get; private set; }

    public TraceYield Yield { get; private set; } = new();

    public long Questions => Yield.Questions;

    /// <summary>Traces by format and number of attempts.</summary>
    public IReadOnlyDictionary<(string Format, int Attempts), long> Traces => _traces;

    internal void Add(BuiltQuestion question)
    {
        Yield += question.Yield;
        Repeated += question.Repeated;
        foreach (var trace in question.Conversations)
        {
            var key = (trace.Format!, trace.Lineage!.Attempts.Count);
            _traces[key] = _traces.GetValueOrDefault(key) + 1;
        }
    }
}
