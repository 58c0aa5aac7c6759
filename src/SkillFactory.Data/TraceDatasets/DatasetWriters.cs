using System.Threading.Channels;
using SkillFactory.Core;
using SkillFactory.Core.Traces;
using SkillFactory.Data.Conversations;
using SkillFactory.Tables.JsonLines;
using SkillFactory.Tables.ParquetFiles;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>Writes the built questions to all files of a dataset concurrently. The slowest writer limits the speed.</summary>
internal sealed class DatasetWriters : IDisposable
{
    /// <summary>Capacity of a writer's queue, in batches.</summary>
    private const int QueueCapacity = 2;

    private const int RowsPerGroup = 4096;

    private readonly CancellationTokenSource _stop;
    private readonly List<(Channel<IReadOnlyList<BuiltQuestion>> Queue, Task<long> Done)> _writers = [];

    /// <param name="folder">An existing folder.</param>
    /// <param name="formats">Names of <see cref="DatasetFormats"/>.</param>
    public DatasetWriters(string folder, IReadOnlyList<string> formats, CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Add<AttemptSource>(folder, FileOf(AttemptSources), JsonLinesFile.WriteAsync, q => q.Sources);
        foreach (var format in formats)
        {
            var file = FileOf(format);
            switch (format)
            {
                case DatasetFormats.ShareGpt:
                    Add(folder, file, ConversationFiles.WriteShareGptJsonlAsync, q => q.Conversations);
                    break;
                case DatasetFormats.ShareGptParquet:
                    Add(folder, file, ConversationFiles.WriteShareGptParquetAsync, q => q.Conversations);
                    break;
                case DatasetFormats.Messages:
                    Add(folder, file, ConversationFiles.WriteMessagesJsonlAsync, q => q.Conversations);
                    break;
                case DatasetFormats.MessagesParquet:
                    Add(folder, file, ConversationFiles.WriteMessagesParquetAsync, q => q.Conversations);
                    break;
                case DatasetFormats.Traces:
                    Add(
                        folder,
                        file,
                        (Stream stream, IAsyncEnumerable<SilverTrace> traces, CancellationToken stop) =>
                            JsonLinesFile.WriteAsync(stream, traces, CoreJson.Options, stop),
                        q => q.Traces
                    );
                    break;
                case DatasetFormats.Verl:
                    Add(
                        folder,
                        file,
                        (Stream stream, IAsyncEnumerable<RlPrompt> prompts, CancellationToken stop) =>
                            ParquetFile.WriteAsync(stream, Numbered(prompts), RowsPerGroup, stop),
                        q => q.Prompt is { } prompt ? [prompt] : []
                    );
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(formats), format, "unknown format");
            }
        }
    }

    /// <summary>Name of the file with the sources of the attempts, which is always written.</summary>
    public const string AttemptSources = "attempts";

    /// <summary>File name of a format.</summary>
    public static string FileOf(string format) =>
        format switch
        {
            AttemptSources => "attempts.jsonl",
            DatasetFormats.ShareGptParquet => "sharegpt.parquet",
            DatasetFormats.MessagesParquet => "messages.parquet",
            DatasetFormats.Verl => "verl.parquet",
            _ => $"{format}.jsonl",
        };

    /// <summary>Queues the questions for every writer. Waits while a queue is full.</summary>
    public async Task WriteAsync(IReadOnlyList<BuiltQuestion> questions)
    {
        try
        {
            foreach (var (queue, _) in _writers)
            {
                await queue.Writer.WriteAsync(questions, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // A failed writer cancels the others; report its error.
            await Task.WhenAll(_writers.Select(w => w.Done));
            throw;
        }
    }

    /// <summary>Waits until all files are on the disk.</summary>
    public async Task CompleteAsync()
    {
        _writers.ForEach(w => w.Queue.Writer.Complete());
        await Task.WhenAll(_writers.Select(w => w.Done));
    }

    public void Dispose()
    {
        _stop.Cancel();
        _writers.ForEach(w => w.Queue.Writer.TryComplete());
        Task.WhenAll(_writers.Select(w => w.Done))
            .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default)
            .Wait();
        _stop.Dispose();
    }

    private static IAsyncEnumerable<RlPrompt> Numbered(IAsyncEnumerable<RlPrompt> prompts) =>
        prompts.Select(
            (prompt, index) =>
            {
                prompt.ExtraInfo!.Index = index;
                return prompt;
            }
        );

    private void Add<T>(
        string folder,
        string file,
        Func<Stream, IAsyncEnumerable<T>, CancellationToken, Task<long>> write,
        Func<BuiltQuestion, IEnumerable<T>> select
    )
    {
        var queue = Channel.CreateBounded<IReadOnlyList<BuiltQuestion>>(new BoundedChannelOptions(QueueCapacity) { SingleReader = true });
        var rows = queue.Reader.ReadAllAsync(_stop.Token).SelectMany(questions => questions.SelectMany(select));
        _writers.Add(
            (
                queue,
                Task.Run(async () =>
                {
                    try
                    {
                        await using var stream = new FileStream(
                            Path.Combine(folder, file),
                            FileMode.CreateNew,
                            FileAccess.ReadWrite,
                            FileShare.None,
                            1 << 16,
                            useAsync: true
                        );
                        var count = await write(stream, rows, _stop.Token);
                        await stream.FlushAsync(_stop.Token);
                        stream.Flush(flushToDisk: true);
                        return count;
                    }
                    catch
                    {
                        await _stop.CancelAsync();
                        throw;
                    }
                })
            )
        );
    }
}
