using SkillFactory.Core.Traces;
using SkillFactory.Primitives.Errors;
using SkillFactory.Primitives.Files;
using SkillFactory.Tables.Rows;
using SkillFactory.Tables.TextFiles;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>
/// Builds a dataset of traces from rows of attempts and reflections: reads them in a stream, brings those of a question together by way of
/// temporary files where memory does not suffice, makes the traces, and writes them in the formats asked for with a card. Questions come in
/// the order of their hashes, so neither the order of rows nor their division into files plays a part. The folder gets its files when all of
/// them are whole.
/// </summary>
/// <param name="settings">What is built. Trace settings must have been checked.</param>
/// <param name="onBad">Told of each row or question that cannot be used; throws when that is the end of it.</param>
/// <param name="progress">Told how far it is.</param>
public sealed class TraceDataset(TraceDatasetSettings settings, Action<RowProblem> onBad, Action<BuildProgress> progress)
{
    /// <summary>Rows whose questions are built at once: few, as what is made of them waits to be written, and the collector has to look at what waits.</summary>
    private const int RowsPerBatch = 512;

    /// <summary>Pieces of work begun before the first of them is waited for.</summary>
    private static readonly int WorkAtOnce = 4 * Environment.ProcessorCount;

    private readonly bool _needsReflections = TraceFormats.Parse(settings.Traces.Format).Any(f => f.NeedsReflections);
    private readonly Stack<RowChecker> _free = [];
    private long _rows;
    private long _passedOver;
    private long _leftOut;

    /// <exception cref="UserErrorException">The input cannot be read.</exception>
    /// <exception cref="OperationCanceledException">Nothing has been written.</exception>
    public async Task<DatasetCounts> BuildAsync(CancellationToken cancellationToken)
    {
        var (files, otherSplits) = InputFiles.Find(settings.Input, settings.Split);
        var heldOut = await HeldOutAsync(
            [
                .. otherSplits,
                .. settings.HeldOut.SelectMany(h =>
                    InputFiles.Find(h, null) is var (chosen, rest) ? (IEnumerable<InputFile>)[.. chosen, .. rest] : []
                ),
            ],
            cancellationToken
        );
        using var staging = new StagedFolder(settings.Output);
        using var texts = new TextFiles([.. files.Select(f => f.Path)]);
        using var spool = new QuestionSpool(Path.Combine(staging.Path, "rows"), settings.Memory);
        await ReadAsync(files, spool, cancellationToken);
        var counts = await WriteAsync(new QuestionBuilder(settings, heldOut), spool, texts.All, staging.Path, cancellationToken);
        texts.ThrowIfChanged();
        spool.Dispose();
        counts = counts with
        {
            Files = [.. files.Select(f => Path.GetFileName(f.Path))],
            Rows = _rows,
            RowsPassedOver = _passedOver,
            LeftOut = _leftOut,
        };
        await LlamaFactoryInfo.WriteAsync(staging.Path, settings, cancellationToken);
        await AtomicFile.WriteTextAsync(
            Path.Combine(staging.Path, DatasetCard.FileName),
            DatasetCard.Write(settings, counts),
            cancellationToken
        );
        staging.Commit(last: DatasetCard.FileName);
        return counts;
    }

    private async Task<HashSet<UInt128>> HeldOutAsync(IReadOnlyList<InputFile> files, CancellationToken cancellationToken)
    {
        var hashes = new HashSet<UInt128>();
        var column = settings.Columns.Question;
        foreach (var file in files)
        {
            await foreach (var row in TableFile.ReadAsync(file.Path, new HashSet<string> { column }, cancellationToken))
            {
                try
                {
                    hashes.Add(
                        QuestionHash.Of(
                            row.Text(
                                column,
                                row.Value(column, "the text of a held-out question", " (--question-column names another column)")
                            )
                        )
                    );
                }
                catch (BadRowException e)
                {
                    throw e.Problem.ToError();
                }
            }
        }

        return hashes;
    }

    private async Task ReadAsync(IReadOnlyList<InputFile> files, QuestionSpool spool, CancellationToken cancellationToken)
    {
        var columns = settings
            .Columns.All()
            .Concat(RolloutRows.All)
            .Concat(settings.Where.Select(w => w.Column.Split('.')[0]))
            .ToHashSet(StringComparer.Ordinal);
        var sizes = files.Select(f => (double)DatasetFile.Info(f.Path).Length).ToList();
        var (total, before) = (Math.Max(1, sizes.Sum()), 0.0);
        var checking = new Queue<(Task<RowChecker> Rows, double Read)>();
        foreach (var (i, file) in files.Index())
        {
            ISourceRows? reader = null;
            await foreach (var block in TableFile.ReadBlocksAsync(file.Path, columns, cancellationToken))
            {
                reader ??= block.Rows.Select(Reader).FirstOrDefault(r => r is not null);
                var (checker, read) = (
                    _free.TryPop(out var free) ? free : new RowChecker(settings.Where),
                    before + (block.Rows[^1].Share * sizes[i])
                );
                checking.Enqueue((InTurn(() => Check(checker, block, reader, i), cancellationToken), read));
                if (checking.Count > WorkAtOnce)
                {
                    await NextAsync();
                }
            }

            before += sizes[i];
        }

        while (checking.Count > 0)
        {
            await NextAsync();
        }

        async Task NextAsync()
        {
            var (rows, read) = checking.Dequeue();
            var checker = await rows;
            Spool(checker, spool);
            _free.Push(checker);
            progress(new BuildProgress("reading", _rows, read / total));
        }
    }

    /// <summary>The reader for the schema of a row's file; null when the row cannot be read.</summary>
    private ISourceRows? Reader(TableRow row)
    {
        try
        {
            var names = row.Columns.ToHashSet(StringComparer.Ordinal);
            return RolloutRows.IsIn(names) ? new RolloutRows() : new RawRows(settings.Columns.In(names), _needsReflections);
        }
        catch (BadRowException)
        {
            return null;
        }
    }

    private static RowChecker Check(RowChecker checker, RowBlock block, ISourceRows? reader, int file)
    {
        using (block)
        {
            checker.Clear();
            foreach (var row in block.Rows)
            {
                checker.Check(row, reader, file);
            }
        }

        return checker;
    }

    /// <summary>Takes the rows that were checked, in their order.</summary>
    private void Spool(RowChecker checker, QuestionSpool spool)
    {
        foreach (var row in checker.Rows)
        {
            _rows++;
            if (row.Problem is { } problem)
            {
                LeaveOut(problem);
            }
            else if (!row.IsWanted)
            {
                _passedOver++;
            }
            else
            {
                spool.Add(row.Hash, checker.Bytes(row.Question), checker.Bytes(row.Content));
            }
        }
    }

    private async Task<DatasetCounts> WriteAsync(
        QuestionBuilder builder,
        QuestionSpool spool,
        IReadOnlyList<TextFile> texts,
        string folder,
        CancellationToken cancellationToken
    )
    {
        var counts = new DatasetCounts();
        using var writers = new DatasetWriters(folder, settings.Formats, cancellationToken);
        var building = new Queue<(Task<BuiltQuestion[]> Questions, double Share)>();
        foreach (var (partition, share) in spool.Read())
        {
            foreach (var rows in partition.Batches(RowsPerBatch))
            {
                building.Enqueue((InTurn(() => Built(builder, rows, texts), cancellationToken), share));
                if (building.Count > WorkAtOnce)
                {
                    await NextAsync();
                }
            }
        }

        while (building.Count > 0)
        {
            await NextAsync();
        }

        await writers.CompleteAsync();
        return counts;

        async Task NextAsync()
        {
            var (task, share) = building.Dequeue();
            var questions = await task;
            foreach (var question in questions)
            {
                foreach (var problem in question.Problems)
                {
                    LeaveOut(problem);
                }

                counts.Add(question);
            }

            await writers.WriteAsync(questions);
            progress(new BuildProgress("building", counts.Questions, share));
        }
    }

    private static BuiltQuestion[] Built(QuestionBuilder builder, QuestionSpool.SpooledQuestions rows, IReadOnlyList<TextFile> texts)
    {
        using (rows)
        {
            return [.. rows.Read(texts).Select(q => builder.Build(q.Hash, q.Rows))];
        }
    }

    /// <summary>Starts work in the order in which it is waited for. (<see cref="Task.Run(Action)"/> has a thread begin with what it was given last, so
    /// that the first is done when nothing is left for the others.)</summary>
    private static Task<T> InTurn<T>(Func<T> work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(
            work,
            cancellationToken,
            TaskCreationOptions.PreferFairness | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default
        );

    private void LeaveOut(RowProblem problem)
    {
        onBad(problem);
        _leftOut++;
    }
}

/// <param name="Doing">What is done now.</param>
/// <param name="Count">Rows or questions done.</param>
/// <param name="Share">Share of this part that is done, 0 … 1.</param>
public readonly record struct BuildProgress(string Doing, long Count, double Share);
