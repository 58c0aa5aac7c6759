using System.Globalization;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Hosting.Embedded;

/// <summary>
/// A file that is there while the state is being opened. State that is damaged in an unlucky place can end the process outright when it is
/// recovered, before anything can be said about it; the mark it leaves lets a later start say it.
/// </summary>
internal sealed class OpeningMark : IDisposable
{
    /// <summary>Openings that may end the process before the next is refused: one can be a coincidence (a kill, a power cut).</summary>
    private const int Allowed = 2;

    private readonly string _path;

    /// <exception cref="UserErrorException">Too many openings in a row did not end.</exception>
    public OpeningMark(string stateFolder)
    {
        _path = Path.Combine(stateFolder, "opening");
        var before = File.Exists(_path) && int.TryParse(File.ReadAllText(_path), out var n) ? n : 0;
        if (before >= Allowed)
        {
            throw new UserErrorException(
                $"{Damaged(stateFolder)}: the last {before} starts ended while they opened it. {WhatToDo(stateFolder)} To try once more all the same, delete {_path}."
            );
        }

        File.WriteAllText(_path, (before + 1).ToString(CultureInfo.InvariantCulture));
    }

    public static string Damaged(string stateFolder) => $"The experiments' state in {stateFolder} is damaged";

    public static string WhatToDo(string stateFolder) =>
        $"Move {stateFolder} away and run again without --resume: finished stages lie in the artifact store and are found there.";

    public void Dispose() => File.Delete(_path);
}
