using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Diagnosis;

/// <summary>Addresses of the cluster services: "host" or "host:port" from the environment, by default the loopback address.</summary>
internal static class ServiceAddresses
{
    public const string RedisVariable = "SKILLFACTORY_REDIS";
    public const string RabbitMqVariable = "SKILLFACTORY_RABBITMQ";

    private const string Loopback = "127.0.0.1";
    private const int RedisPort = 6379;
    private const int RabbitMqPort = 5672;

    public static ((string Host, int Port) Redis, (string Host, int Port) RabbitMq) From(Func<string, string?> variable) =>
        (Parse(RedisVariable, variable(RedisVariable), RedisPort), Parse(RabbitMqVariable, variable(RabbitMqVariable), RabbitMqPort));

    private static (string Host, int Port) Parse(string name, string? text, int port)
    {
        if (string.IsNullOrEmpty(text))
        {
            return (Loopback, port);
        }

        return Uri.TryCreate($"tcp://{text}", UriKind.Absolute, out var address) && address.Host.Length > 0
            ? (address.Host.Trim('[', ']'), address.Port > 0 ? address.Port : port)
            : throw new UserErrorException($"{name} is '{text}'; expected host or host:port, for example {Loopback}:{port}");
    }
}
