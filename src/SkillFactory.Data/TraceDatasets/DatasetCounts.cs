using SkillFactory.Core.Traces;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>What went into a dataset and what came out.</summary>
public sealed record DatasetCounts
{
    private readonly SortedDictionary<(string Format, int Attempts), long> _traces = [];

    /// <summary>Names of the files read.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    public long Rows { get; init; }

    /// <summary>Rows that were not asked for.</summary>
    public long RowsPassedOver { get; init; }

    /// <summary>Rows, and questions as a whole, that could not be used.</summary>
    public long LeftOut { get; init; }

    public TraceYield Yield { get; private set; } = new();

    public long Questions => Yield.Questions;

    /// <summary>Traces by format and number of attempts.</summary>
    public IReadOnlyDictionary<(string Format, int Attempts), long> Traces => _traces;

    internal void Add(BuiltQuestion question)
    {
        Yield += question.Yield;
        foreach (var trace in question.Conversations)
        {
            var key = (trace.Format!, trace.Lineage!.Attempts.Count);
            _traces[key] = _traces.GetValueOrDefault(key) + 1;
        }
    }
}
