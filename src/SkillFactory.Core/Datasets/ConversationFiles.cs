using System.Runtime.CompilerServices;
using Parquet;
using Parquet.Serialization;
using SkillFactory.Core.Errors;

namespace SkillFactory.Core.Datasets;

/// <summary>
/// Conversations in the formats other trainers take.
/// ShareGPT (LLaMA-Factory with its default tags): <c>conversations</c>, a list of <c>from</c> (system, human, gpt) and <c>value</c>.
/// Messages: <c>messages</c>, a list of <c>role</c> (system, user, assistant) and <c>content</c>.
/// Both with <c>id</c>, <c>question_id</c> and <c>format</c>, which readers do not ask for; other columns are left alone.
/// Writers take a stream (see <see cref="Files.AtomicFile"/>) and return the number of rows; readers stream row by row and throw a
/// <see cref="UserErrorException"/> that names file and row.
/// </summary>
public static class ConversationFiles
{
    /// <summary>Rows per Parquet row group: bounds the memory of readers and writers.</summary>
    private const int RowsPerGroup = 4096;

    public static Task<long> WriteShareGptJsonlAsync(Stream stream, IAsyncEnumerable<Conversation> conversations, CancellationToken cancellationToken = default) =>
        JsonLinesFile.WriteAsync(stream, conversations.Select(ShareGptRow.Of), cancellationToken);

    public static Task<long> WriteMessagesJsonlAsync(Stream stream, IAsyncEnumerable<Conversation> conversations, CancellationToken cancellationToken = default) =>
        JsonLinesFile.WriteAsync(stream, conversations.Select(MessagesRow.Of), cancellationToken);

    /// <param name="stream">Seekable and readable: row groups are appended one by one.</param>
    public static async Task<long> WriteShareGptParquetAsync(
        Stream stream, IAsyncEnumerable<Conversation> conversations, CancellationToken cancellationToken = default)
    {
        var count = 0L;
        await foreach (var chunk in conversations.Select(ShareGptRow.Of).Chunk(RowsPerGroup).WithCancellation(cancellationToken))
        {
            await ParquetSerializer.SerializeAsync(chunk, stream, new ParquetOptions { Append = count > 0 }, null, cancellationToken);
            count += chunk.Length;
        }

        if (count == 0)
        {
            await ParquetSerializer.SerializeAsync(Array.Empty<ShareGptRow>(), stream, new ParquetOptions(), null, cancellationToken);
        }

        return count;
    }

    public static IAsyncEnumerable<Conversation> ReadShareGptJsonlAsync(string path, CancellationToken cancellationToken = default) =>
        JsonLinesFile.ReadAsync<ShareGptRow>(path, cancellationToken).Select(r => r.Row.ToConversation(r.Line, r.Place));

    public static IAsyncEnumerable<Conversation> ReadMessagesJsonlAsync(string path, CancellationToken cancellationToken = default) =>
        JsonLinesFile.ReadAsync<MessagesRow>(path, cancellationToken).Select(r => r.Row.ToConversation(r.Line, r.Place));

    public static async IAsyncEnumerable<Conversation> ReadShareGptParquetAsync(
        string path, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var stream = DatasetFile.OpenRead(path);
        var groups = await ParquetFile.CountGroupsAsync(stream, path, ["conversations"], cancellationToken);
        var row = 0L;
        for (var group = 0; group < groups; group++)
        {
            foreach (var item in await ParquetFile.GroupAsync<ShareGptRow>(stream, path, group, cancellationToken))
            {
                row++;
                yield return item.ToConversation(row, $"{path}, row {row}");
            }
        }
    }
}
