using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using SkillFactory.Cli.Diagnosis;

namespace SkillFactory.Cli.Tests.Diagnosis;

public sealed class DoctorTests : IDisposable
{
    private readonly CliRun _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Everything_that_matters_is_looked_at_and_the_json_says_so()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        _cli.Variables[ServiceAddresses.RedisVariable] = $"127.0.0.1:{port}";
        _cli.Variables[ServiceAddresses.RabbitMqVariable] = $"127.0.0.1:{port}";

        Assert.Equal(0, await _cli.RunAsync("doctor", "--json", "--workspace", Path.GetTempPath()));
        using var document = JsonDocument.Parse(_cli.Out.ToString());
        Assert.True(document.RootElement.GetProperty("healthy").GetBoolean());
        var checks = document.RootElement.GetProperty("checks").EnumerateArray().ToDictionary(c => c.GetProperty("name").GetString()!);
        Assert.Superset(
            new HashSet<string>
            {
                "system",
                "dotnet",
                "cores",
                "memory",
                "workspace",
                "memory bandwidth",
                "torch",
                "matmul",
                "gpu",
                "redis",
                "rabbitmq",
            },
            checks.Keys.ToHashSet()
        );
        Assert.All(checks.Values, c =>
        {
            Assert.Contains(c.GetProperty("status").GetString(), (string[])["ok", "warn", "missing"]);
            Assert.NotEqual("", c.GetProperty("detail").GetString());
            Assert.True(
                c.GetProperty("status").GetString() == "ok" || c.GetProperty("advice").GetString() != "",
                "what is not well comes with advice"
            );
        });
        Assert.Equal("missing", checks["redis"].GetProperty("status").GetString());
        Assert.True(checks["matmul"].GetProperty("values").GetProperty("one_thread_gflops").GetDouble() > 0);
        Assert.True(checks["memory bandwidth"].GetProperty("values").GetProperty("copy_gb_per_s").GetDouble() > 0);
    }

    [Theory]
    [InlineData("+PONG\r\n", FindingStatus.Ok)]
    [InlineData("-NOAUTH Authentication required.\r\n", FindingStatus.Ok)]
    [InlineData("HTTP/1.1 400 Bad Request\r\n", FindingStatus.Warn)]
    internal async Task Redis_is_told_from_other_programs(string answer, FindingStatus expected)
    {
        var (finding, question) = await CallAsync(System.Text.Encoding.ASCII.GetBytes(answer), ServiceChecks.RedisAsync);
        Assert.Equal(expected, finding.Status);
        Assert.Equal("PING\r\n", question);
    }

    [Fact]
    public async Task RabbitMq_answers_its_greeting_with_a_method_frame()
    {
        var (finding, question) = await CallAsync([1, 0, 0, 0, 0, 1, 255, 0, 10, 0, 10], ServiceChecks.RabbitMqAsync);
        Assert.Equal(FindingStatus.Ok, finding.Status);
        Assert.Equal("AMQP\0\0\u0009\u0001", question);
        Assert.Equal(FindingStatus.Warn, (await CallAsync("hello"u8.ToArray(), ServiceChecks.RabbitMqAsync)).Finding.Status);
    }

    [Fact]
    public void Only_what_is_required_decides()
    {
        Finding[] findings = [Finding.Ok("a", "x"), Finding.Warn("b", "x", "y"), Finding.Missing("redis", "x", "y")];
        Assert.True(DoctorCommand.IsHealthy(findings));
        Assert.False(DoctorCommand.IsHealthy([.. findings, Finding.Missing("torch", "x", "y", required: true)]));
    }

    [Fact]
    public void A_workspace_that_cannot_be_written_is_broken()
    {
        var file = Path.GetTempFileName();
        try
        {
            var finding = MachineChecks.Workspace(Path.Combine(file, "runs"));
            Assert.Equal(FindingStatus.Missing, finding.Status);
            Assert.True(finding.Required);
            Assert.Contains(file, finding.Detail, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task An_address_that_is_none_is_a_users_error()
    {
        _cli.Variables[ServiceAddresses.RedisVariable] = "not an address";
        Assert.Equal(2, await _cli.RunAsync("doctor", "--json"));
        Assert.Contains(ServiceAddresses.RedisVariable, _cli.Error.ToString(), StringComparison.Ordinal);
    }

    private static async Task<(Finding Finding, string Question)> CallAsync(
        byte[] answer,
        Func<string, int, CancellationToken, Task<Finding>> check
    )
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var checking = check("127.0.0.1", port, CancellationToken.None);
        using var client = await listener.AcceptTcpClientAsync();
        var question = new byte[64];
        var read = await client.GetStream().ReadAsync(question);
        await client.GetStream().WriteAsync(answer);
        return (await checking, System.Text.Encoding.ASCII.GetString(question, 0, read));
    }
}
