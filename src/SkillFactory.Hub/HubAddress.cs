using SkillFactory.Primitives.Errors;

namespace SkillFactory.Hub;

/// <summary>Where the hub is and who asks.</summary>
/// <param name="Endpoint">Base address.</param>
/// <param name="Token">Access token; null to ask without one.</param>
public sealed record HubAddress(Uri Endpoint, string? Token)
{
    public const string EndpointVariable = "HF_ENDPOINT";
    public const string TokenVariable = "HF_TOKEN";
    public const string DefaultEndpoint = "https://huggingface.co";

    /// <summary>Reads the variables and files that the hub's own tools use: <c>HF_ENDPOINT</c>, <c>HF_TOKEN</c>, and the token file in
    /// <c>HF_TOKEN_PATH</c>, <c>HF_HOME/token</c> or <c>~/.cache/huggingface/token</c>.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    /// <exception cref="UserErrorException">The endpoint is not an address, or a token would be sent over plain HTTP to another
    /// machine.</exception>
    public static HubAddress FromEnvironment(Func<string, string?> variable)
    {
        var text = Set(variable(EndpointVariable)) ?? DefaultEndpoint;
        if (!Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https"))
        {
            throw new UserErrorException($"{EndpointVariable} is '{text}'; expected an address such as {DefaultEndpoint}");
        }

        var token = Set(variable(TokenVariable)) ?? Stored(variable);
        if (token is not null && endpoint.Scheme == "http" && !endpoint.IsLoopback)
        {
            throw new UserErrorException(
                $"{EndpointVariable} is '{text}', so the access token would cross the network unencrypted; expected an https address"
            );
        }

        return new HubAddress(endpoint, token);
    }

    private static string? Stored(Func<string, string?> variable)
    {
        var home = Set(variable("HF_HOME"))
            ?? Path.Combine(
                Set(variable("XDG_CACHE_HOME")) ?? Path.Combine(Set(variable("HOME")) ?? Set(variable("USERPROFILE")) ?? ".", ".cache"),
                "huggingface"
            );
        var file = Set(variable("HF_TOKEN_PATH")) ?? Path.Combine(home, "token");
        return File.Exists(file) ? Set(File.ReadAllText(file)) : null;
    }

    private static string? Set(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
}
