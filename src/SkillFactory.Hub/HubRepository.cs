using System.Text.RegularExpressions;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Hub;

/// <summary>A repository of the Hugging Face hub at one revision.</summary>
/// <param name="Kind">Model or data set.</param>
/// <param name="Name">"ORG/NAME", or "NAME" for the few that have no organisation.</param>
/// <param name="Revision">Branch, tag or commit. Default: "main".</param>
public sealed partial record HubRepository(HubKind Kind, string Name, string Revision)
{
    private const string DefaultRevision = "main";

    /// <summary>Reads "ORG/NAME", "ORG/NAME@REVISION", "datasets/ORG/NAME", "hf://…", or the address of a repository's page.</summary>
    /// <param name="text">The user's words.</param>
    /// <param name="kind">The kind when the text does not say it.</param>
    /// <exception cref="UserErrorException">The text is none of these.</exception>
    public static HubRepository Parse(string text, HubKind kind = HubKind.Model)
    {
        var match = Pattern().Match(text.Trim());
        if (!match.Success)
        {
            throw new UserErrorException(
                $"'{text}' is not the name of a repository on the hub; expected ORG/NAME or ORG/NAME@REVISION, for example "
                    + "Qwen/Qwen2.5-0.5B or datasets/openai/gsm8k"
            );
        }

        var revision = match.Groups["revision"].Success ? match.Groups["revision"].Value : DefaultRevision;
        return new HubRepository(match.Groups["datasets"].Success ? HubKind.DataSet : kind, match.Groups["name"].Value, revision);
    }

    /// <summary>The last part of the name.</summary>
    public string ShortName => Name[(Name.LastIndexOf('/') + 1)..];

    /// <summary>The part of an address that names the repository in the API, such as "api/models/ORG/NAME".</summary>
    internal string ApiPath => $"api/{(Kind == HubKind.Model ? "models" : "datasets")}/{Name}";

    /// <summary>The part of an address from which files are resolved, such as "ORG/NAME" or "datasets/ORG/NAME".</summary>
    public string PagePath => Kind == HubKind.Model ? Name : $"datasets/{Name}";

    public override string ToString() => $"{PagePath}@{Revision}";

    [GeneratedRegex(
        @"^(?:https?://(?:www\.)?(?:huggingface\.co|hf\.co)/|hf://)?(?:models/|(?<datasets>datasets/))?"
            + @"(?<name>[A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)?)(?:(?:@|/tree/)(?<revision>[\w][\w./-]*?))?/?$"
    )]
    private static partial Regex Pattern();
}
