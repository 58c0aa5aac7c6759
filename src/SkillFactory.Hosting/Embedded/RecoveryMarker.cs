using System.Globalization;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Hosting.Embedded;

/// <summary>
/// A file that exists while the state is being recovered and counts recoveries that did not finish. Some damage to the state crashes the
/// process during recovery without an error message; the file lets a later start report it.
/// </summary>
internal sealed class RecoveryMarker : IDisposable
{
    /// <summary>Number of unfinished recoveries after which a start is refused. A single one may have another cause, such as a power
    /// cut.</summary>
    private const int MaxUnfinished = 2;

    private readonly string _path;

    /// <exception cref="UserErrorException">Too many recoveries in a row did not finish.</exception>
    public RecoveryMarker(string stateFolder)
    {
        _path = Path.Combine(stateFolder, "recovering");
        var before = File.Exists(_path) && int.TryParse(File.ReadAllText(_path), out var n) ? n : 0;
        if (before >= MaxUnfinished)
        {
            throw new UserErrorException(
                $"{Damaged(stateFolder)}: the last {before} starts crashed while they recovered it. {Remedy(stateFolder)} "
                    + $"To try again nevertheless, delete {_path}."
            );
        }

        File.WriteAllText(_path, (before + 1).ToString(CultureInfo.InvariantCulture));
    }

    public static string Damaged(string stateFolder) => $"The experiments' state in {stateFolder} is damaged";

    public static string Remedy(string stateFolder) =>
        $"Move {stateFolder} away and run again without --resume. Finished stages are in the artifact store and are reused.";

    public void Dispose() => File.Delete(_path);
}
