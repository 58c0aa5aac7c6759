using System.Runtime.CompilerServices;
using SkillFactory.Primitives.Errors;
using SkillFactory.Primitives.Files;
using SkillFactory.Tables.JsonLines;
using SkillFactory.Tables.ParquetFiles;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.Conversations;

/// <summary>
/// Reads and writes conversations in the formats of other trainers. ShareGPT (LLaMA-Factory with its default tags): <c>conversations</c>, a
/// list of <c>from</c> (system, human, gpt) and <c>value</c>. Messages: <c>messages</c>, a list of <c>role</c> (system, user, assistant)
/// and <c>content</c>. Both with <c>id</c>, <c>question_id</c> and <c>format</c>, and the known lineage: <c>attempts</c>,
/// <c>attempt_correct</c>, <c>variants</c>, <c>reflections</c>, <c>model</c>, <c>weights_version</c>. Writers take a stream (see
/// <see cref="AtomicFile"/>) and return the number of rows.
/// </summary>
public static class ConversationFiles
{
    /// <summary>Rows per Parquet row group: bounds the memory of readers and writers.</summary>
    private const int RowsPerGroup = 4096;

    public static Task<long> WriteShareGptJsonlAsync(
        Stream stream,
        IAsyncEnumerable<Conversation> conversations,
        CancellationToken cancellationToken = default
    ) => JsonLinesFile.WriteAsync(stream, conversations.Select(ShareGptRow.Of), cancellationToken);

    public static Task<long> WriteMessagesJsonlAsync(
        Stream stream,
        IAsyncEnumerable<Conversation> conversations,
        CancellationToken cancellationToken = default
    ) => JsonLinesFile.WriteAsync(stream, conversations.Select(MessagesRow.Of), cancellationToken);

    /// <param name="stream">Seekable and readable: row groups are appended one by one.</param>
    public static Task<long> WriteShareGptParquetAsync(
        Stream stream,
        IAsyncEnumerable<Conversation> conversations,
        CancellationToken cancellationToken = default
    ) => ParquetFile.WriteAsync(stream, conversations.Select(ShareGptRow.Of), RowsPerGroup, cancellationToken);

    /// <inheritdoc cref="WriteShareGptParquetAsync"/>
    public static Task<long> WriteMessagesParquetAsync(
        Stream stream,
        IAsyncEnumerable<Conversation> conversations,
        CancellationToken cancellationToken = default
    ) => ParquetFile.WriteAsync(stream, conversations.Select(MessagesRow.Of), RowsPerGroup, cancellationToken);

    /// <summary>Reads a data file row by row: turns under <c>conversations</c> or <c>messages</c>, each with from and value or role and
    /// content. Roles have the names of either format. The system message is a turn or a column <c>system</c>. The thinking of a response
    /// may be a member of its own (see <see cref="Thinking"/>). Rows without an id get "row-N".</summary>
    /// <exception cref="UserErrorException">The file cannot be read, or a row is not a conversation: file, row, column, what was found
    /// and expected.</exception>
    public static async IAsyncEnumerable<Conversation> ReadAsync(
        string path,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        await foreach (var row in TableFile.ReadAsync(path, cancellationToken))
        {
            Conversation conversation;
            try
            {
                conversation = Read(row);
            }
            catch (BadRowException e)
            {
                throw e.Problem.ToError();
            }

            yield return conversation;
        }
    }

    /// <summary>Reads one row, for callers that skip bad rows.</summary>
    /// <exception cref="BadRowException">The row is not a conversation.</exception>
    public static Conversation Read(TableRow row) => ConversationReader.Read(new ColumnReads(row));
}
