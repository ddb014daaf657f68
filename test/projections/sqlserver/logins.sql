-- A database for the suites of SQL Server, and two logins that may do nothing in it. Each test gives them the role of its own
-- schema, as an administrator would. For sqlcmd, as sa: -v SERVER_PASSWORD="..." MEMBERS_PASSWORD="..."
CREATE DATABASE [callistra_ci];
GO
ALTER DATABASE [callistra_ci] SET READ_COMMITTED_SNAPSHOT ON;
CREATE LOGIN [callistra_ci_server] WITH PASSWORD = N'$(SERVER_PASSWORD)', DEFAULT_DATABASE = [callistra_ci];
CREATE LOGIN [callistra_ci_members] WITH PASSWORD = N'$(MEMBERS_PASSWORD)', DEFAULT_DATABASE = [callistra_ci];
GO
USE [callistra_ci];
GO
CREATE USER [callistra_ci_server] FOR LOGIN [callistra_ci_server];
CREATE USER [callistra_ci_members] FOR LOGIN [callistra_ci_members];
GO
