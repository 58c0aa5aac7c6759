using SkillFactory.Core.Traces;
using SkillFactory.Primitives.Errors;
using SkillFactory.Primitives.Files;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>
/// Builds a dataset of traces from rows of attempts and reflections. Streams the rows, groups them by question (see
/// <see cref="QuestionSpool"/>), builds the traces, and writes them with a dataset card. Questions are processed in the order of their
/// hashes, so neither the order of the rows nor their distribution over files matters. The output folder receives its files only when all
/// of them are complete.
/// </summary>
/// <param name="settings">The trace settings must be valid.</param>
/// <param name="onSkipped">Receives each row or question that is skipped.</param>
/// <param name="progress">Receives progress updates.</param>
public sealed class TraceDataset(TraceDatasetSettings settings, Action<RowProblem> onSkipped, Action<BuildProgress> progress)
{
    private const int QuestionsPerBatch = 32;

    /// <summary>Tasks in flight.</summary>
    private static readonly int Concurrency = 4 * Environment.ProcessorCount;

    private readonly bool _needsReflections = TraceFormats.Parse(settings.Traces.Format).Any(f => f.NeedsReflections);
    private long _rows;
    private long _notSelected;
    private long _heldOut;
    private readonly BadRows _bad = new();

    /// <exception cref="UserErrorException">The input cannot be read, rows cannot be used and are not skipped, or there is no trace. The
    /// output folder is unchanged.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the output folder is unchanged.</exception>
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
        using var spool = new QuestionSpool(Path.Combine(staging.Path, "rows"), settings.Memory);
        await ReadAsync(files, spool, cancellationToken);
        RefuseBad();
        var counts = await WriteAsync(new QuestionBuilder(settings, heldOut), spool, staging.Path, cancellationToken);
        RefuseBad();
        spool.Dispose();
        counts = counts with
        {
            Files = [.. files.Select(f => Path.GetFileName(f.Path))],
            Rows = _rows,
            RowsNotSelected = _notSelected,
            Skipped = _bad.Count,
        };
        RefuseEmpty(counts);
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
        var checking = new Queue<(Task<CheckedRow[]> Rows, double Read)>();
        foreach (var (i, file) in files.Index())
        {
            ISourceRows? reader = null;
            await foreach (var block in TableFile.ReadBlocksAsync(file.Path, columns, cancellationToken))
            {
                reader ??= block.Select(Reader).FirstOrDefault(r => r is not null);
                var checker = new RowChecker(reader, settings.Where);
                checking.Enqueue(
                    (InOrder(() => block.Select(checker.Check).ToArray(), cancellationToken), before + (block[^1].Share * sizes[i]))
                );
                if (checking.Count > Concurrency)
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
            Spool(await rows, spool);
            progress(new BuildProgress("reading", _rows, read / total));
        }
    }

    /// <summary>The reader for the schema of a row's file; null if the row is not readable.</summary>
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

    private void Spool(CheckedRow[] rows, QuestionSpool spool)
    {
        foreach (var row in rows)
        {
            _rows++;
            if (row.Problem is { } problem)
            {
                Skip(problem);
            }
            else if (row.Content is { } content)
            {
                spool.Add(row.Hash, content);
            }
            else
            {
                _notSelected++;
            }
        }
    }

    private async Task<DatasetCounts> WriteAsync(
        QuestionBuilder builder,
        QuestionSpool spool,
        string folder,
        CancellationToken cancellationToken
    )
    {
        var counts = new DatasetCounts();
        using var writers = new DatasetWriters(folder, settings.Formats, cancellationToken);
        var building = new Queue<(Task<BuiltQuestion[]> Questions, double Share)>();
        foreach (var (partition, share) in spool.Read())
        {
            foreach (var questions in partition.Chunk(QuestionsPerBatch))
            {
                building.Enqueue((InOrder(() => Build(builder, questions), cancellationToken), share));
                if (building.Count > Concurrency)
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
                    Skip(problem);
                }

                _heldOut += question.IsHeldOut ? 1 : 0;
                counts.Add(question);
            }

            await writers.WriteAsync(questions);
            progress(new BuildProgress("building", counts.Questions, share));
        }
    }

    private static BuiltQuestion[] Build(QuestionBuilder builder, SpooledQuestion[] questions) =>
        Array.ConvertAll(questions, q => builder.Build(q.Hash, [.. q.Rows.Select(r => SourceRowReader.Read(r))]));

    /// <summary>Starts tasks in the order in which they are awaited. <see cref="Task.Run(Action)"/> may start the newest first.</summary>
    private static Task<T> InOrder<T>(Func<T> work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(
            work,
            cancellationToken,
            TaskCreationOptions.PreferFairness | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default
        );

    private void Skip(RowProblem problem)
    {
        _bad.Add(problem);
        if (settings.SkipBad)
        {
            onSkipped(problem);
        }
    }

    private void RefuseBad()
    {
        if (_bad.Count > 0 && !settings.SkipBad)
        {
            throw _bad.ToError(settings.Input, _rows, "--skip-bad");
        }
    }

    private void RefuseEmpty(DatasetCounts counts)
    {
        // Prompts for RL need no trace.
        if (counts.Yield.Traces > 0 || (settings.Formats is [DatasetFormats.Verl] && counts.Questions > 0))
        {
            return;
        }

        var rows =
            $"{_rows:#,0} read, {_notSelected:#,0} not asked for, {_bad.Count:#,0} bad"
            + (_heldOut > 0 ? $" ({_heldOut:#,0} of them held-out questions)" : "");
        throw new UserErrorException(
            counts.Questions > 0
                ? $"{settings.Input}: {NoTraces.Describe(counts.Yield)}{Environment.NewLine}  rows: {rows}"
                : $"{settings.Input}: no trace was built: no row is left of {rows}"
                    + (settings.Where.Count > 0 ? "; --where chooses rows" : "")
                    + (_heldOut == 0 ? "" : $"; {(settings.HeldOut.Count > 0 ? "--held-out" : "--split")} excludes questions")
        );
    }
}

/// <param name="Doing">The current step.</param>
/// <param name="Count">Rows or questions done in this step.</param>
/// <param name="Share">Share of this step that is done, in [0, 1].</param>
public readonly record struct BuildProgress(string Doing, long Count, double Share);
