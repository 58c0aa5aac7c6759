namespace SkillFactory.Primitives.Errors;

/// <summary>
/// A mistake that a user can fix: the message names the file, line or key, what was found, what was expected and the nearest valid
/// choice. The CLI prints the message alone and exits with code 2; the API answers with problem details (4xx).
/// </summary>
public sealed class UserErrorException : Exception
{
    public UserErrorException(string message)
        : base(message) { }

    public UserErrorException(string message, Exception inner)
        : base(message, inner) { }

    /// <summary>Whether the same recipe gives the same error every time, so that only a change of the recipe or its data helps.</summary>
    public bool Repeats { get; init; }
}
