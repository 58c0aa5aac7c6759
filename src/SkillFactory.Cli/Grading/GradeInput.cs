using SkillFactory.Primitives.Errors;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Cli.Grading;

/// <summary>The file of responses. What can be read only once and front to back, such as the standard input or a pipe, is copied to a
/// temporary file first, because the format is read from the content. Messages name the input as the user did.</summary>
internal sealed class GradeInput : IDisposable
{
    /// <summary>The name of the standard input on command lines.</summary>
    private const string StandardInput = "-";

    private readonly string _name;
    private readonly bool _isCopy;

    private GradeInput(string path, string name, bool isCopy) => (Path, _name, _isCopy) = (path, name, isCopy);

    /// <summary>The file to read.</summary>
    public string Path { get; }

    /// <param name="input">A file, a pipe, a device, or "-".</param>
    /// <param name="standardInput">Opens the standard input.</param>
    /// <exception cref="UserErrorException">The file does not exist or cannot be read.</exception>
    public static async Task<GradeInput> OpenAsync(string input, Func<Stream> standardInput, CancellationToken cancellationToken)
    {
        if (input == StandardInput)
        {
            await using var stream = standardInput();
            return await CopyAsync(stream, "standard input", cancellationToken);
        }

        if (Directory.Exists(input))
        {
            throw new UserErrorException($"{input} is a folder; expected a file of rows");
        }

        await using var file = DatasetFile.OpenRead(input);
        return file.CanSeek ? new GradeInput(input, input, isCopy: false) : await CopyAsync(file, input, cancellationToken);
    }

    /// <summary>The text of a message, with the name of the input.</summary>
    public string Named(string message) => _isCopy ? message.Replace(Path, _name, StringComparison.Ordinal) : message;

    public void Dispose()
    {
        if (_isCopy)
        {
            File.Delete(Path);
        }
    }

    private static async Task<GradeInput> CopyAsync(Stream stream, string name, CancellationToken cancellationToken)
    {
        var path = System.IO.Path.GetTempFileName();
        try
        {
            await using var copy = File.Create(path);

            // A read of the standard input does not end when it is cancelled.
            await stream.CopyToAsync(copy, cancellationToken).WaitAsync(cancellationToken);
            return new GradeInput(path, name, isCopy: true);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }
}
